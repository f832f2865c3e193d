#include "log/scan.h"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "log/fake_disk.h"

using namespace inbound_sms;
using namespace inbound_sms::log;

namespace {

struct OneFile {
  FakeDisk disk;
  std::unique_ptr<File> file;
  std::vector<std::string> lines;
  std::vector<std::uint64_t> begins, ends;

  void put(const std::string& bytes) {
    disk.put("/a", bytes);
    file = std::move(*disk.open("/a", Disk::Open::read));
  }

  std::uint64_t scan(std::uint64_t from, std::uint64_t to) {
    lines.clear();
    begins.clear();
    ends.clear();
    const Result<std::uint64_t> end = scan_lines(*file, from, to, [&](const ScannedLine& line) {
      lines.emplace_back(line.text);
      begins.push_back(line.begin);
      ends.push_back(line.end);
    });
    BOOST_REQUIRE(bool(end));
    return *end;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(scan, OneFile)

BOOST_AUTO_TEST_CASE(whole_lines_are_visited_with_the_offset_behind_them) {
  put("one\n\nthree\nfo");
  BOOST_TEST(scan(0, 99) == 11U);
  BOOST_TEST(lines == (std::vector<std::string>{"one", "", "three"}),
             boost::test_tools::per_element());
  BOOST_TEST(begins == (std::vector<std::uint64_t>{0, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(ends == (std::vector<std::uint64_t>{4, 5, 11}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_scan_begins_and_ends_where_it_is_told_to) {
  put("one\ntwo\nthree\n");
  BOOST_TEST(scan(4, 13) == 8U);
  BOOST_TEST(lines == std::vector<std::string>{"two"}, boost::test_tools::per_element());
  BOOST_TEST(scan(4, 14) == 14U);
  BOOST_TEST(scan(14, 14) == 14U);
  BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_CASE(lines_longer_than_what_is_read_at_once_are_whole) {
  const std::string longest(700000, 'x');
  put("a\n" + longest + "\nb\n" + longest);
  BOOST_TEST(scan(0, 2000000) == longest.size() + 5);
  BOOST_REQUIRE(lines.size() == 3U);
  BOOST_TEST((lines[1] == longest));
  BOOST_TEST(lines[2] == "b");
}

BOOST_AUTO_TEST_CASE(a_line_that_cannot_be_one_of_ours_is_not_held_in_memory) {
  const std::string endless(2 * kLongestLine, 'x');
  put("a\n" + endless + "\nb\n");
  BOOST_TEST(scan(0, 3 * kLongestLine) == endless.size() + 5);
  BOOST_REQUIRE(lines.size() == 3U);
  BOOST_TEST(lines[1].size() < kLongestLine);
  BOOST_TEST(ends[1] == endless.size() + 3);
  BOOST_TEST(lines[2] == "b");
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_is_an_error) {
  put("one\n");
  disk.fail({.kind = Call::Kind::read});
  BOOST_TEST(!scan_lines(*file, 0, 4, [](const ScannedLine&) {}));
}

BOOST_AUTO_TEST_CASE(sound_lines_are_told_from_changed_swapped_and_missing_ones) {
  std::string a, b, c;
  const CrcDigits first = append_line(a, "", "{a");
  const CrcDigits second = append_line(b, first, "{b");
  append_line(c, second, "{c");
  for (std::string* line : {&a, &b, &c}) line->pop_back();
  const auto sound = [](const std::vector<std::string>& texts) {
    ChainCheck chain;
    std::string result;
    for (const std::string& text : texts) result += chain.next(text) ? '+' : '-';
    return result;
  };
  BOOST_TEST(sound({a, b, c}) == "+++");
  BOOST_TEST(sound({a, c}) == "+-");
  BOOST_TEST(sound({b, c}) == "-+");
  BOOST_TEST(sound({b, a, c}) == "---");
  BOOST_TEST(sound({a, a, b, c}) == "+-++");
  BOOST_TEST(sound({"{x" + a.substr(2), b, c}) == "-++");
  BOOST_TEST(sound({a, "not a line", b, c}) == "+--+");
}

BOOST_AUTO_TEST_CASE(a_check_that_begins_in_the_middle_needs_the_digits_before) {
  std::string line;
  append_line(line, "0123abcf", "{b");
  line.pop_back();
  BOOST_TEST(ChainCheck("0123abcf").next(line).has_value());
  BOOST_TEST(!ChainCheck("").next(line).has_value());
  BOOST_TEST(!ChainCheck(std::nullopt).next(line).has_value());
}

BOOST_AUTO_TEST_CASE(the_digits_before_an_offset_are_those_of_the_line_that_ends_there) {
  std::string bytes;
  const CrcDigits first = append_line(bytes, "", "{a");
  const std::size_t middle = bytes.size();
  const CrcDigits second = append_line(bytes, first, "{b");
  put(bytes);
  BOOST_TEST(**digits_before(*file, 0) == "");
  BOOST_TEST(**digits_before(*file, middle) == first);
  BOOST_TEST(**digits_before(*file, bytes.size()) == second);
  for (const std::size_t nowhere : {std::size_t(1), std::size_t(18), middle - 1, middle + 1,
                                    bytes.size() + 1, bytes.size() + 500})
    BOOST_TEST(!digits_before(*file, nowhere)->has_value(), nowhere);
}

BOOST_AUTO_TEST_SUITE_END()
