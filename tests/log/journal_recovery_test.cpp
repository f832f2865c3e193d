#include <boost/test/unit_test.hpp>

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promise 4: what happens after a write, a sync or a process that failed.

BOOST_AUTO_TEST_SUITE(failed_calls)

BOOST_FIXTURE_TEST_CASE(a_failed_write_acknowledges_nothing_and_is_cut_off, RunningLog) {
  disk.fail({.kind = Call::Kind::write, .path = kFile, .number = ENOSPC, .landed = 100});
  BOOST_TEST(commit(*journal, {2, 1, 3}) == "failed duplicate failed");
  BOOST_TEST(disk.bytes(kFile) == before);
  BOOST_TEST(was_reported("requests get 503"));
  BOOST_TEST(was_reported("No space left on device"));
}

BOOST_FIXTURE_TEST_CASE(a_failed_sync_acknowledges_nothing_and_its_bytes_are_cut_off_on_the_disk,
                        RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  const std::vector<std::string> steps = {"lock /log",
                                          "write " + kFile,
                                          "sync " + kFile,
                                          "truncate " + kFile,
                                          "sync " + kFile /* of the cut */,
                                          "truncate " + kFile,
                                          "unlock /log"};
  BOOST_TEST(disk.steps() == steps, per_element());
  BOOST_TEST(disk.bytes(kFile) == before);
}

BOOST_FIXTURE_TEST_CASE(after_a_failed_sync_everything_is_written_anew, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_that_cannot_be_written_acknowledges_nothing, RunningLog) {
  disk.fail({.kind = Call::Kind::write, .path = kMark});
  BOOST_TEST(commit(*journal, {2, 1}) == "failed duplicate");
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_of_which_a_part_was_written_is_no_mark, RunningLog) {
  for (std::size_t landed = 0; landed < 120; ++landed) {
    disk.fail({.kind = Call::Kind::write, .path = kMark, .landed = landed});
    BOOST_TEST(commit(*journal, {int(landed) + 2}) == "failed");
    const std::string again = commit(*journal, {int(landed) + 2});
    BOOST_TEST((again == "stored" || again == "duplicate"), landed << ": " << again);
  }
  BOOST_TEST(on_log().size() == 121U);
}

BOOST_FIXTURE_TEST_CASE(a_cut_that_fails_is_made_before_anything_else_is_written, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  disk.fail({.kind = Call::Kind::truncate, .path = kFile, .times = 3});
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(commit(*journal, {2}) == "failed");
    BOOST_TEST(disk.bytes(kFile).size() > before.size());
  }
  disk.clear_calls();
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(step_on_file(0) == "truncate " + kFile);
  BOOST_TEST(step_on_file(1) == "sync " + kFile);
  BOOST_TEST(step_on_file(2) == "truncate " + kFile);
  BOOST_TEST(step_on_file(3) == "write " + kFile);
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 3}), per_element());
}

// What a failed write or sync has left on the disk would mix with what is written over it.
BOOST_FIXTURE_TEST_CASE(a_cut_that_may_not_be_on_the_disk_is_made_again, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  die_at({.kind = Call::Kind::truncate, .path = kFile, .nth = 2});
  BOOST_TEST(disk.bytes(kFile).size() == before.size() + 1);
  BOOST_TEST(commit(*start(), {3}) == "stored");
  BOOST_TEST(step_on_file(0) == "truncate " + kFile);
  BOOST_TEST(step_on_file(1) == "sync " + kFile);
  BOOST_TEST(step_on_file(2) == "truncate " + kFile);
  BOOST_TEST(reports.empty());
  BOOST_TEST(on_log() == (std::vector<int>{1, 3}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_cut_that_fails_is_made_before_the_change_of_file, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  disk.fail({.kind = Call::Kind::truncate, .path = kFile, .times = 2});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {2}) == "failed");
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(disk.bytes(kFile) == before);
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_cut_that_fails_is_made_by_a_process_that_comes_later, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  disk.fail({.kind = Call::Kind::truncate, .path = kFile});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  journal = start();
  BOOST_TEST(commit(*journal, {2}) == "stored");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(what_was_cut_is_said_however_much_was_said_of_trouble, RunningLog) {
  for (int number = 100; number < 130; ++number) {
    if (number % 2 == 0) disk.fail({.kind = Call::Kind::write, .number = ENOSPC});
    commit(*journal, {number});
  }
  std::unique_ptr<Journal> other = start();
  disk.fail({.kind = Call::Kind::sync, .path = kFile, .number = Fault::kProcessDies});
  BOOST_CHECK_THROW(commit(*other, {2}), ProcessDied);
  other.reset();
  reports.clear();
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(was_reported("bytes cut off that were never synced"));
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_fails_for_long_is_reported_once_and_once_when_well,
                        RunningLog) {
  for (const Call::Kind kind : {Call::Kind::lock, Call::Kind::open, Call::Kind::read,
                                Call::Kind::write, Call::Kind::sync, Call::Kind::look}) {
    reports.clear();
    journal = start();
    disk.fail({.kind = kind, .times = Fault::kForEver});
    for (int i = 0; i < 20; ++i) BOOST_TEST(commit(*journal, {2 + int(kind)}) == "failed");
    disk.heal();
    for (int i = 0; i < 20; ++i) commit(*journal, {2 + int(kind)});
    const auto said = [&](const std::string& text) {
      return std::count_if(reports.begin(), reports.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
      });
    };
    // At most two: the first commit fails on the short way, those after it on the long one.
    BOOST_TEST(said("requests get 503") >= 1, to_text({kind, ""}));
    BOOST_TEST(said("requests get 503") <= 2, to_text({kind, ""}));
    BOOST_TEST(said("can be written again") == 1, to_text({kind, ""}));
    BOOST_TEST(reports.size() <= 4U, to_text({kind, ""}));
  }
}

BOOST_FIXTURE_TEST_CASE(a_read_only_file_system_is_said_to_need_an_administrator, RunningLog) {
  disk.fail({.kind = Call::Kind::write, .number = EROFS});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  BOOST_TEST(was_reported("administrator"));
  BOOST_TEST(was_reported("ReadWritePaths="));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(dead_processes)

BOOST_FIXTURE_TEST_CASE(what_a_dead_process_did_not_sync_is_cut_off_first, RunningLog) {
  die_at({.kind = Call::Kind::sync, .path = kFile});
  BOOST_TEST(disk.bytes(kFile).size() > before.size());
  journal = start();
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(step_on_file(0) == "truncate " + kFile);
  BOOST_TEST(on_log() == (std::vector<int>{1, 3}), per_element());
  BOOST_TEST(was_reported("bytes cut off that were never synced nor acknowledged"));
}

BOOST_FIXTURE_TEST_CASE(a_line_that_a_dead_process_wrote_in_part_is_cut_off, RunningLog) {
  for (const std::size_t landed : {1, 20, 150, 1000}) {
    die_at({.kind = Call::Kind::write, .path = kFile, .landed = landed});
    journal = start();
    BOOST_TEST(commit(*journal, {1}) == "duplicate");
    BOOST_TEST(disk.bytes(kFile) == before);
  }
}

BOOST_FIXTURE_TEST_CASE(what_a_dead_process_synced_and_did_not_mark_is_stored_once, RunningLog) {
  die_at({.kind = Call::Kind::write, .path = kMark});
  journal = start();
  const std::string again = commit(*journal, {2});
  BOOST_TEST((again == "stored" || again == "duplicate"));
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(after_a_failed_sync_and_a_death_the_next_process_cuts, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  die_at({.kind = Call::Kind::truncate, .path = kFile});
  journal = start();
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(step_on_file(0) == "truncate " + kFile);
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

// Why `.synced` is there: nothing else can show that what is read was never on the disk.
BOOST_FIXTURE_TEST_CASE(without_the_mark_a_failed_sync_and_a_death_would_acknowledge_zeros,
                        RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  die_at({.kind = Call::Kind::truncate, .path = kFile});
  disk.remove(kMark);
  journal = start();
  BOOST_TEST(commit(*journal, {2}) == "duplicate");
  disk.power_cut();
  BOOST_TEST(disk.bytes(kFile).substr(before.size()).find_first_not_of('\0') == std::string::npos);
}

// A file system that failed and was mounted again in the same boot: the log is there as it was
// synced, `.synced` as it was last written back.
BOOST_FIXTURE_TEST_CASE(a_mark_older_than_what_the_process_knows_counts_as_missing, RunningLog) {
  const std::string old_mark = disk.bytes(kMark);
  BOOST_TEST(commit(*journal, {2}) == "stored");
  disk.put(kMark, old_mark);
  BOOST_TEST(commit(*journal, {3, 2}) == "stored duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_older_than_what_was_read_at_the_start_counts_as_missing,
                        RunningLog) {
  const std::string old_mark = disk.bytes(kMark);
  BOOST_TEST(commit(*journal, {2}) == "stored");
  journal = start();
  BOOST_TEST(commit(*journal, {1}) == "duplicate");
  disk.put(kMark, old_mark);
  BOOST_TEST(commit(*journal, {3, 2}) == "stored duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_mark_older_than_what_another_process_said_counts_as_missing, RunningLog) {
  const std::string old_mark = disk.bytes(kMark);
  BOOST_TEST(commit(*start(), {2}) == "stored");
  BOOST_TEST(commit(*journal, {1}) == "duplicate");
  disk.put(kMark, old_mark);
  BOOST_TEST(commit(*journal, {3, 2}) == "stored duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

// The log is the only truth, whatever a process remembers.
BOOST_FIXTURE_TEST_CASE(a_log_that_went_back_in_time_has_its_lost_messages_stored_again,
                        RunningLog) {
  const std::string old_mark = disk.bytes(kMark);
  BOOST_TEST(commit(*journal, {2}) == "stored");
  disk.put(kMark, old_mark);
  disk.put(kFile, before);
  BOOST_TEST(commit(*journal, {2, 1}) == "stored duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_copy_of_what_is_cut_off_is_kept_and_only_the_last, RunningLog) {
  for (const int number : {2, 3}) {
    const std::string old_mark = disk.bytes(kMark), old_file = disk.bytes(kFile);
    BOOST_TEST(commit(*journal, {number}) == "stored");
    const std::string line = disk.bytes(kFile).substr(old_file.size());
    disk.put(kMark, old_mark);
    journal = start();
    BOOST_TEST(commit(*journal, {1}) == "duplicate");
    BOOST_TEST(disk.bytes(kFile) == old_file);
    BOOST_TEST(disk.bytes(beside("torn-")) == line);
  }
}

BOOST_FIXTURE_TEST_CASE(the_lock_of_a_dead_process_is_free, RunningLog) {
  die_at({.kind = Call::Kind::write});
  journal = start();
  BOOST_TEST(commit(*journal, {2}) == "stored");
}

BOOST_AUTO_TEST_SUITE_END()
