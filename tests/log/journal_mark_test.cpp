#include <boost/test/unit_test.hpp>

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promise 4: `.synced` missing, wrong, or naming a file that is not what it was.

BOOST_AUTO_TEST_SUITE(marks)

BOOST_FIXTURE_TEST_CASE(without_a_mark_nothing_is_lost_but_speed, RunningLog) {
  const std::vector<std::string> marks = {
      "", "nonsense\n", "boot-1 1 2 2026-11-24.jsonl 00000000\n", std::string(100, '\0')};
  int number = 2;
  for (const std::string& mark : marks) {
    disk.put(kMark, mark);
    journal = start();
    BOOST_TEST(commit(*journal, {1, number}) == "duplicate stored");
    ++number;
  }
  disk.remove(kMark);
  BOOST_TEST(commit(*start(), {1, number}) == "duplicate stored");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3, 4, 5, 6}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_removed_under_a_running_process_is_made_again, RunningLog) {
  disk.remove(kMark);
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  BOOST_TEST(disk.exists(kMark));
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_that_names_a_file_that_is_gone_does_not_matter, RunningLog) {
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {2}) == "stored");
  disk.put(kMark, to_text({disk.boot_id(), {999}, 5, "2026-11-23.jsonl"}));
  for (const bool restarted : {false, true}) {
    if (restarted) journal = start();
    BOOST_TEST(commit(*journal, {1, 2}) == "duplicate duplicate");
  }
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_that_the_mark_does_not_name_is_never_cut, RunningLog) {
  journal.reset();
  const std::string stranger = before + "not a line of ours\n";
  disk.put("/log/2026-11-20.jsonl", stranger);
  disk.put("/log/2026-11-24.jsonl.1", stranger);
  journal = start();
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  BOOST_TEST(disk.bytes("/log/2026-11-20.jsonl") == stranger);
  BOOST_TEST(disk.bytes("/log/2026-11-24.jsonl.1") == stranger);
}

BOOST_FIXTURE_TEST_CASE(another_file_with_the_number_of_the_named_one_is_not_cut, LogWorld) {
  disk.reuse_inodes();
  std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1, 2, 3}) == "stored stored stored");
  journal.reset();
  const std::string backup = disk.bytes(kFile);
  // An administrator removes the file and puts an older day's back.
  clock.time -= 24h;
  BOOST_TEST(commit(*start(), {4}) == "stored");
  journal.reset();
  disk.remove(kFile);
  disk.put("/log/2026-11-20.jsonl", backup + backup);
  BOOST_TEST(commit(*start(), {5}) == "stored");
  BOOST_TEST(disk.bytes("/log/2026-11-20.jsonl") == backup + backup);
}

BOOST_FIXTURE_TEST_CASE(a_restored_file_with_the_number_of_the_removed_one_is_not_cut, LogWorld) {
  disk.reuse_inodes();
  BOOST_TEST(commit(*start(), {1}) == "stored");
  LogWorld elsewhere;
  BOOST_TEST(elsewhere.commit(*elsewhere.start(), {1000, 1001, 1002}) == "stored stored stored");
  const std::string backup = elsewhere.disk.bytes(kFile);
  disk.remove(kFile);
  disk.put(kFile, backup);
  BOOST_TEST(commit(*start(), {1001, 2}) == "duplicate stored");
  BOOST_TEST(disk.bytes(kFile).starts_with(backup));
}

BOOST_FIXTURE_TEST_CASE(a_file_put_in_the_place_of_the_named_one_is_synced_before_it_counts,
                        RunningLog) {
  disk.remove(kFile);
  disk.put(kFile, before);
  BOOST_REQUIRE(bool(disk.sync_folder("/log")));
  BOOST_TEST(commit(*start(), {1}) == "duplicate");
  disk.power_cut();
  BOOST_TEST(disk.bytes(kFile) == before);
}

BOOST_FIXTURE_TEST_CASE(a_file_shorter_than_its_mark_is_an_alarm_against_copytruncate, RunningLog) {
  BOOST_TEST(commit(*journal, {2}) == "stored");
  for (const std::string& left : {before, std::string()}) {
    reports.clear();
    disk.put(kFile, left);
    BOOST_TEST(commit(*journal, {3 + int(left.size())}) == "stored");
    BOOST_TEST(was_reported("copytruncate"));
    BOOST_TEST(reports.size() == 1U);
    BOOST_TEST(disk.bytes(kFile).starts_with(left));
    on_log();
  }
}

BOOST_FIXTURE_TEST_CASE(a_log_folder_made_again_under_a_running_process_is_used, RunningLog) {
  disk.remove("/log");
  BOOST_TEST(commit(*journal, {2}) == "stored");
  disk.power_cut();
  BOOST_TEST(on_log() == std::vector<int>{2}, per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_removed_under_a_running_process_is_begun_again, RunningLog) {
  disk.remove(kFile);
  BOOST_TEST(commit(*journal, {2, 1}) == "stored stored");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{2, 1}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_begun_with_the_number_of_a_removed_one_is_whole, RunningLog) {
  disk.reuse_inodes();
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  journal.reset();
  disk.remove(kFile);
  journal = start();
  BOOST_TEST(commit(*journal, {4}) == "stored");
  BOOST_TEST(commit(*start(), {4, 5}) == "duplicate stored");
  BOOST_TEST(on_log() == (std::vector<int>{4, 5}), per_element());
}

BOOST_AUTO_TEST_SUITE_END()
