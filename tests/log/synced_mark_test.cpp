#include "log/synced_mark.h"

#include <boost/test/unit_test.hpp>

#include "log/fake_disk.h"

using namespace inbound_sms;
using namespace inbound_sms::log;

namespace {

const SyncedMark kMark{"8c5cbd7e-0f2b", {1234}, 567, "2026-11-24.jsonl"};

struct Folder {
  FakeDisk disk;
  Folder() { BOOST_REQUIRE(bool(disk.make_folder("/log"))); }

  std::optional<SyncedMark> read() {
    const Result<std::optional<SyncedMark>> mark = read_mark(disk, "/log");
    BOOST_REQUIRE(bool(mark));
    return *mark;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(synced_mark, Folder)

BOOST_AUTO_TEST_CASE(a_mark_is_one_line_of_text) {
  const std::string text = to_text(kMark);
  BOOST_TEST(text.starts_with(
      "8c5cbd7e-0f2b 00000000000000001234 00000000000000000567 2026-11-24.jsonl "));
  BOOST_TEST(text.back() == '\n');
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back) {
  BOOST_TEST(bool(write_mark(disk, "/log", kMark)));
  BOOST_TEST((read() == kMark));
  SyncedMark with_spaces = kMark;
  with_spaces.name = "a b/c d.jsonl";
  BOOST_TEST(bool(write_mark(disk, "/log", with_spaces)));
  BOOST_TEST((read() == with_spaces));
}

BOOST_AUTO_TEST_CASE(a_shorter_mark_over_a_longer_one_is_read_back) {
  SyncedMark longer = kMark;
  longer.name = "a/much/longer/name/than/the/other/2026-11-24.jsonl";
  BOOST_TEST(bool(write_mark(disk, "/log", longer)));
  BOOST_TEST(bool(write_mark(disk, "/log", kMark)));
  BOOST_TEST((read() == kMark));
}

BOOST_AUTO_TEST_CASE(no_file_and_an_empty_file_are_no_mark) {
  BOOST_TEST(!read().has_value());
  disk.put("/log/.synced", "");
  BOOST_TEST(!read().has_value());
}

BOOST_AUTO_TEST_CASE(a_mark_with_any_bit_changed_is_none) {
  const std::string text = to_text(kMark);
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = char(damaged[bit / 8] ^ (1 << bit % 8));
    BOOST_TEST(!mark_from_text(damaged).has_value(), "bit " << bit);
  }
}

BOOST_AUTO_TEST_CASE(half_a_mark_over_an_old_one_is_the_old_one_the_new_one_or_none) {
  SyncedMark next = kMark;
  next.length = 99999;
  const std::string before = to_text(kMark), after = to_text(next);
  for (std::size_t landed = 0; landed <= after.size(); ++landed) {
    const auto mark = mark_from_text(after.substr(0, landed) + before.substr(landed));
    BOOST_TEST((!mark || *mark == kMark || *mark == next), landed << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(a_mark_that_cannot_be_read_is_an_error_not_a_missing_one) {
  BOOST_TEST(bool(write_mark(disk, "/log", kMark)));
  for (const Call::Kind kind : {Call::Kind::open, Call::Kind::read}) {
    disk.fail({.kind = kind});
    BOOST_TEST(!read_mark(disk, "/log"));
  }
}

BOOST_AUTO_TEST_CASE(writing_a_mark_never_syncs) {
  disk.clear_calls();
  BOOST_TEST(bool(write_mark(disk, "/log", kMark)));
  BOOST_TEST(disk.steps() == std::vector<std::string>{"write /log/.synced"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_mark_stands_in_the_folder) {
  BOOST_TEST(synced_mark_path("/log") == "/log/.synced");
  BOOST_TEST(synced_mark_path("/") == "/.synced");
}

BOOST_AUTO_TEST_SUITE_END()
