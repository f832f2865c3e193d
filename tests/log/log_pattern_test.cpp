#include "log/log_pattern.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "log/fake_disk.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

namespace {

LogPattern parsed(std::string_view text) {
  const Result<LogPattern> pattern = LogPattern::parse(text);
  BOOST_REQUIRE_MESSAGE(bool(pattern), text);
  return *pattern;
}

std::vector<std::string> paths(const Result<std::vector<LogFile>>& files) {
  BOOST_REQUIRE(bool(files));
  std::vector<std::string> found;
  for (const LogFile& file : *files) found.push_back(file.path);
  return found;
}

const Time kTime = sys_days(2026y / 3 / 5) + 7h + 59min;

}  // namespace

BOOST_AUTO_TEST_SUITE(log_pattern)

BOOST_AUTO_TEST_CASE(the_conversions_are_filled_in_with_utc) {
  BOOST_TEST(parsed("/log/%Y-%m-%d.jsonl").path_at(kTime) == "/log/2026-03-05.jsonl");
  BOOST_TEST(parsed("/log/%Y/%m/%d/at-%H").path_at(kTime) == "/log/2026/03/05/at-07");
  BOOST_TEST(parsed("/log/all.jsonl").path_at(kTime) == "/log/all.jsonl");
}

BOOST_AUTO_TEST_CASE(the_folder_is_what_stands_before_the_first_conversion) {
  BOOST_TEST(parsed("/var/log/%Y-%m-%d.jsonl").folder() == "/var/log");
  BOOST_TEST(parsed("/var/log/%Y/%m.jsonl").folder() == "/var/log");
  BOOST_TEST(parsed("/var/log/sms-%Y/%m.jsonl").folder() == "/var/log");
  BOOST_TEST(parsed("/var/log/all.jsonl").folder() == "/var/log");
  BOOST_TEST(parsed("/%Y").folder() == "/");
}

BOOST_AUTO_TEST_CASE(a_pattern_whose_names_would_not_sort_is_refused_in_words) {
  for (const char* text :
       {"/log/%d-%m-%Y", "/log/%m", "/log/%Y-%d", "/log/%Y%Y", "/log/%Y%m%d%H%H"}) {
    const Result<LogPattern> pattern = LogPattern::parse(text);
    BOOST_REQUIRE_MESSAGE(!pattern, text);
    BOOST_TEST(pattern.error().text.find("in this order") != std::string::npos, text);
    BOOST_TEST(pattern.error().text.find(text) != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(any_other_conversion_is_refused_in_words) {
  for (const char* text : {"/log/%Y-%M", "/log/%y", "/log/100%%", "/log/%"}) {
    const Result<LogPattern> pattern = LogPattern::parse(text);
    BOOST_REQUIRE_MESSAGE(!pattern, text);
    BOOST_TEST(pattern.error().text.find("only %Y %m %d %H are known") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(a_path_that_is_relative_or_a_folder_is_refused) {
  for (const char* text : {"", "log/%Y", "/log/", "/"}) BOOST_TEST(!LogPattern::parse(text), text);
}

BOOST_AUTO_TEST_CASE(a_file_ends_with_the_smallest_conversion) {
  BOOST_TEST((parsed("/l/%Y").end_of("/l/2026") == sys_days(2027y / 1 / 1)));
  BOOST_TEST((parsed("/l/%Y%m").end_of("/l/202612") == sys_days(2027y / 1 / 1)));
  BOOST_TEST((parsed("/l/%Y-%m-%d").end_of("/l/2024-02-28") == sys_days(2024y / 2 / 29)));
  BOOST_TEST((parsed("/l/%Y%m%d%H").end_of("/l/2026123123") == sys_days(2027y / 1 / 1)));
  BOOST_TEST((parsed("/l/all").end_of("/l/all") == Time::max()));
}

BOOST_AUTO_TEST_CASE(a_name_with_a_suffix_is_one_of_the_log) {
  const LogPattern pattern = parsed("/log/%Y-%m-%d.jsonl");
  const std::string base = "/log/2026-03-05.jsonl";
  for (const char* suffix : {"", ".1", "-20260306", ".old"})
    BOOST_TEST((pattern.base_of(base + suffix) == base), suffix);
}

BOOST_AUTO_TEST_CASE(compressed_torn_and_strange_files_are_none) {
  const LogPattern pattern = parsed("/log/%Y-%m-%d.jsonl");
  for (const char* path :
       {"/log/2026-03-05.jsonl~", "/log/2026-03-05.jsonlx", "/log/2026-03-05.jsonl.gz",
        "/log/2026-03-05.jsonl.1.gz", "/log/2026-03-05.jsonl.1.xz", "/log/2026-03-05.jsonl.zst",
        "/log/2026-03-05.jsonl.bz2", "/log/2026-03-05.jsonl.torn-20260305T070000.000000Z",
        "/log/.synced", "/log/2026-03-05.json", "/log/2026-13-05.jsonl", "/log/2026-00-05.jsonl",
        "/log/2026-03-32.jsonl", "/log/2026-03-0x.jsonl", "/log/2026-03-05.jsonl.d/x",
        "/log/x2026-03-05.jsonl", "/log/2026", "/other/2026-03-05.jsonl"})
    BOOST_TEST(!pattern.base_of(path).has_value(), path);
}

BOOST_AUTO_TEST_CASE(files_are_listed_by_time_and_renamed_ones_before_the_one_under_its_name) {
  FakeDisk disk;
  BOOST_REQUIRE(bool(disk.make_folder("/log")));
  for (const char* path :
       {"/log/2026-03-05.jsonl.1", "/log/2026-03-05.jsonl", "/log/.synced", "/log/2026-03-06.jsonl",
        "/log/2026-03-04.jsonl.gz", "/log/2025-12-31.jsonl"})
    disk.put(path, "12345");
  const Result<std::vector<LogFile>> files = parsed("/log/%Y-%m-%d.jsonl").list(disk);
  const std::vector<std::string> expected = {"/log/2025-12-31.jsonl", "/log/2026-03-05.jsonl.1",
                                             "/log/2026-03-05.jsonl", "/log/2026-03-06.jsonl"};
  BOOST_TEST(paths(files) == expected, boost::test_tools::per_element());
  BOOST_TEST((*files)[1].base == "/log/2026-03-05.jsonl");
  BOOST_TEST((*files)[1].renamed());
  BOOST_TEST(!(*files)[2].renamed());
  BOOST_TEST((*files)[2].size == 5U);
}

BOOST_AUTO_TEST_CASE(renamed_files_are_listed_oldest_first_as_log_rotation_names_them) {
  FakeDisk disk;
  for (const char* path : {"/all", "/all.1", "/all.2", "/all.10"}) disk.put(path, "");
  const std::vector<std::string> numbered = {"/all.10", "/all.2", "/all.1", "/all"};
  BOOST_TEST(paths(parsed("/all").list(disk)) == numbered, boost::test_tools::per_element());
  for (const char* path : {"/day", "/day-20261125", "/day-20261124"}) disk.put(path, "");
  const std::vector<std::string> dated = {"/day-20261124", "/day-20261125", "/day"};
  BOOST_TEST(paths(parsed("/day").list(disk)) == dated, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(files_are_listed_through_the_folders_of_the_pattern) {
  FakeDisk disk;
  for (const char* folder :
       {"/log", "/log/2026", "/log/2026/03", "/log/2026/03/deep", "/log/rejected"})
    BOOST_REQUIRE(bool(disk.make_folder(folder)));
  for (const char* path :
       {"/log/2026/03/05.jsonl", "/log/2026/03/04.jsonl.1", "/log/2026/03/deep/06.jsonl",
        "/log/2026/stray.jsonl", "/log/rejected/x"})
    disk.put(path, "");
  const std::vector<std::string> expected = {"/log/2026/03/04.jsonl.1", "/log/2026/03/05.jsonl"};
  BOOST_TEST(paths(parsed("/log/%Y/%m/%d.jsonl").list(disk)) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_folders_of_the_pattern_are_looked_into) {
  FakeDisk disk;
  for (const char* folder : {"/log", "/log/sms-2026", "/log/sms-2026/11", "/log/sms-2026/11/x",
                             "/log/lost+found", "/log/2026", "/log/sms-20261"})
    BOOST_REQUIRE(bool(disk.make_folder(folder)));
  BOOST_REQUIRE(bool(parsed("/log/sms-%Y/%m/%d.jsonl").list(disk)));
  std::set<std::string> looked_into;
  for (const Call& call : disk.calls())
    if (call.kind == Call::Kind::list) looked_into.insert(call.path);
  const std::set<std::string> expected = {"/log", "/log/sms-2026", "/log/sms-2026/11"};
  BOOST_TEST(looked_into == expected, boost::test_tools::per_element());
}

// Each time before the file is looked at, it gets another name.
BOOST_AUTO_TEST_CASE(a_file_that_is_renamed_meanwhile_is_listed_by_the_name_it_ends_with) {
  for (const int renames : {1, 2, 5, 1000}) {
    FakeDisk disk;
    disk.put("/day.0", "");
    int renamed = 0;
    disk.between_calls = [&] {
      if (disk.calls().empty() || disk.calls().back().kind != Call::Kind::list) return;
      if (renamed == renames) return;
      const std::string before = "/day." + std::to_string(renamed++);
      disk.move(before, "/day." + std::to_string(renamed));
    };
    const Result<std::vector<LogFile>> files = parsed("/day").list(disk);
    BOOST_TEST(bool(files) == (renames < 1000));
    if (!files) continue;
    BOOST_REQUIRE(files->size() == 1U);
    BOOST_TEST(files->front().path == "/day." + std::to_string(renames));
  }
}

// The second name stands before where the reading has come to.
BOOST_AUTO_TEST_CASE(a_file_that_one_reading_misses_because_it_is_renamed_is_listed_all_the_same) {
  FakeDisk disk;
  for (const char* path : {"/day.1", "/day.5"}) disk.put(path, "");
  int readings = 0;
  disk.in_list = [&] {
    if (++readings == 1) disk.move("/day.1", "/day.9");
  };
  const std::vector<std::string> expected = {"/day.9", "/day.5"};
  BOOST_TEST(paths(parsed("/day").list(disk)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_has_no_files) {
  FakeDisk disk;
  BOOST_TEST(paths(parsed("/log/%Y").list(disk)).empty());
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_read_is_an_error_not_an_empty_log) {
  FakeDisk disk;
  BOOST_REQUIRE(bool(disk.make_folder("/log")));
  disk.put("/log/2026", "");
  for (const Call::Kind kind : {Call::Kind::list, Call::Kind::look}) {
    disk.fail({.kind = kind});
    BOOST_TEST(!parsed("/log/%Y").list(disk));
  }
}

BOOST_AUTO_TEST_SUITE_END()
