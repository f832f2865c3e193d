#include "log/search.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "log/fake_disk.h"
#include "log/scan.h"
#include "support/temporary_folder.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using inbound_sms::testing::TemporaryFolder;

// Lines are found by the text at the end of their bodies, and by nothing else.

namespace {

const IsWanted all = [](const FoundLine&) { return true; };

// On the machine's own disk: a large file is read by two threads.
struct SearchedFile {
  TemporaryFolder folder;
  std::string lines;
  CrcDigits digits;
  IsWanted wanted = all;

  void append(const std::string& body) { digits = append_line(lines, digits, body); }

  std::vector<FoundLine> find(const std::string& end, std::uint64_t size) {
    const std::string path = folder.path() + "/a";
    std::ofstream(path) << lines;
    const std::unique_ptr<File> file = std::move(*posix_disk().open(path, Disk::Open::read));
    Result<std::vector<FoundLine>> found = find_lines(*file, size, end, wanted);
    BOOST_REQUIRE(bool(found));
    return std::move(*found);
  }
  std::vector<FoundLine> find(const std::string& end) { return find(end, lines.size()); }
};

bool is_sound(const FoundLine& line) {
  return ChainCheck(line.before).next(line.text).has_value();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(search, SearchedFile)

BOOST_AUTO_TEST_CASE(a_line_is_found_by_its_end_with_what_its_crc_needs) {
  append(R"({"a":"1","key":"one")");
  append(R"({"a":"2","key":"two")");
  append(R"({"a":"3","key":"three")");
  for (const char* key : {"one", "two", "three"}) {
    const auto found = find(R"("key":")" + std::string(key) + '"');
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(is_sound(found[0]));
    BOOST_TEST(found[0].text.find(R"("key":")" + std::string(key)) != std::string::npos);
  }
  BOOST_TEST(find("\"four\"").empty());
}

BOOST_AUTO_TEST_CASE(all_lines_with_the_same_end_are_found) {
  append(R"({"a":"1","key":"one")");
  append(R"({"a":"2","key":"one")");
  BOOST_TEST(find("\"one\"").size() == 2U);
}

BOOST_AUTO_TEST_CASE(only_lines_that_are_wanted_are_kept) {
  append(R"({"a":"1","key":"one")");
  append(R"({"a":"2","key":"one")");
  wanted = [](const FoundLine& line) { return line.text.find("\"2\"") != std::string::npos; };
  const auto found = find("\"one\"");
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].text.starts_with(R"({"a":"2")"));
}

BOOST_AUTO_TEST_CASE(the_same_text_at_another_place_is_no_end) {
  // As a sender could write it: parameters that are called key and crc.
  append(R"({"message":{"key":"one","crc":"00000000"},"key":"two")");
  append(R"({"message":"\"one\",\"crc\":\"","key":"three")");
  BOOST_TEST(find("\"one\"").empty());
}

BOOST_AUTO_TEST_CASE(a_line_beyond_the_size_or_without_its_newline_is_not_found) {
  append(R"({"a":"1","key":"one")");
  const std::size_t first = lines.size();
  append(R"({"a":"2","key":"two")");
  BOOST_TEST(find("\"two\"", lines.size() - 1).empty());
  BOOST_TEST(find("\"two\"", first).empty());
  BOOST_TEST(find("\"one\"", first).size() == 1U);
  lines.pop_back();
  BOOST_TEST(find("\"two\"").empty());
}

BOOST_AUTO_TEST_CASE(a_changed_line_is_found_and_not_sound) {
  append(R"({"a":"1","key":"one")");
  lines[6] = '2';
  const auto found = find("\"one\"");
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(!is_sound(found[0]));
}

BOOST_AUTO_TEST_CASE(a_short_line_behind_one_whose_crc_lost_a_byte_is_not_found_in_its_place) {
  append(R"({"a":"1","key":"one")");
  lines.erase(lines.size() - 5, 1);  // of the crc's digits
  lines += '\n';
  BOOST_TEST(find("\"one\"").empty());
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_what_is_read_at_once_is_whole) {
  append(R"({"a":"1","key":"zero")");
  append(R"({"a":")" + std::string(1'000'000, 'x') + R"(","key":"one")");
  const auto found = find("\"one\"");
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].text.size() > 1'000'000U);
  BOOST_TEST(is_sound(found[0]));
}

// Whatever the place of a line is, at the seams between what is read at once and between what
// two threads search: it is found, and found once.
BOOST_AUTO_TEST_CASE(a_line_at_any_seam_is_found_once) {
  for (const std::size_t middle : {128 * 1024, 256 * 1024, 500 * 1024}) {
    for (std::size_t shift = 0; shift < 60; ++shift) {
      lines.clear();
      digits.clear();
      append("{\"a\":\"" + std::string(middle - 90 + shift, 'x') + "\"");
      append(R"({"a":"2","key":"0123456789abcdef01234")");
      append("{\"a\":\"" + std::string(middle - 60, 'x') + "\"");
      const auto found = find("0123456789abcdef01234\"");
      BOOST_REQUIRE_EQUAL(found.size(), 1U);
      BOOST_REQUIRE(is_sound(found[0]));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_an_error) {
  append(R"({"a":"1","key":"one")");
  FakeDisk disk;
  disk.put("/a", lines);
  const std::unique_ptr<File> file = std::move(*disk.open("/a", Disk::Open::read));
  disk.fail({.kind = Call::Kind::read});
  BOOST_TEST(!find_lines(*file, lines.size(), "\"one\"", all));
}

BOOST_AUTO_TEST_SUITE_END()
