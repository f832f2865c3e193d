#include <boost/test/unit_test.hpp>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promise 4: what happens after a write, a sync or a process that failed.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";
const std::string kMark = "/log/.synced";

struct RunningLog : LogWorld {
  std::unique_ptr<Journal> journal = start();
  std::string before;  // the file with message 1 on it

  RunningLog() {
    BOOST_REQUIRE(commit(*journal, {1}) == "stored");
    before = disk.bytes(kFile);
    disk.clear_calls();
  }

  // Commits 2, at which the process dies at the call that the fault names.
  void die_at(Fault fault) {
    fault.number = Fault::kProcessDies;
    disk.fail(fault);
    BOOST_CHECK_THROW(commit(*journal, {2}), ProcessDied);
    journal.reset();
    disk.heal();
    disk.clear_calls();
  }

  std::string step(std::size_t i) const {
    return i < disk.steps().size() ? disk.steps()[i] : "nothing";
  }

  // The same of the steps that change or sync kFile itself.
  std::string step_on_file(std::size_t i) const {
    for (const std::string& step : disk.steps())
      if (step.ends_with(" " + kFile) && i-- == 0) return step;
    return "nothing";
  }
};

// The same, with a day's file before it and a second message on the newest.
struct DamagedLog : RunningLog {
  std::vector<std::string> lines;

  DamagedLog() {
    BOOST_REQUIRE(commit(*journal, {2, 3, 4, 5}) == "stored stored stored stored");
    std::string bytes = disk.bytes(kFile);
    for (std::size_t end; (end = bytes.find('\n')) != std::string::npos; bytes.erase(0, end + 1))
      lines.push_back(bytes.substr(0, end + 1));
  }

  std::string joined() const {
    std::string bytes;
    for (const std::string& line : lines) bytes += line;
    return bytes;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(failed_calls)

BOOST_FIXTURE_TEST_CASE(a_failed_write_acknowledges_nothing_and_is_cut_off, RunningLog) {
  disk.fail({.kind = Call::Kind::write, .path = kFile, .number = ENOSPC, .landed = 100});
  BOOST_TEST(commit(*journal, {2, 1, 3}) == "failed duplicate failed");
  BOOST_TEST(disk.bytes(kFile) == before);
  BOOST_TEST(was_reported("requests get 503"));
  BOOST_TEST(was_reported("No space left on device"));
}

BOOST_FIXTURE_TEST_CASE(a_failed_sync_acknowledges_nothing_and_is_never_repeated, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  const std::vector<std::string> steps = {"lock /log", "write " + kFile, "sync " + kFile,
                                          "truncate " + kFile, "unlock /log"};
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
  BOOST_TEST(step_on_file(1) == "write " + kFile);
  disk.power_cut();
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

BOOST_FIXTURE_TEST_CASE(a_disk_that_fails_for_long_is_reported_once_and_once_when_well,
                        RunningLog) {
  for (const Call::Kind kind : {Call::Kind::lock, Call::Kind::open, Call::Kind::read,
                                Call::Kind::write, Call::Kind::sync, Call::Kind::look}) {
    reports.clear();
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

BOOST_AUTO_TEST_SUITE(after_a_boot)

BOOST_FIXTURE_TEST_CASE(what_can_be_read_is_synced_once_and_kept, RunningLog) {
  die_at({.kind = Call::Kind::sync, .path = kFile});
  disk.power_cut({{kAllBytes}, {kAllBytes}, {kAllBytes}, {kAllBytes}, {kAllBytes}, {kAllBytes}});
  disk.clear_calls();
  journal = start();
  BOOST_TEST(commit(*journal, {2, 1}) == "duplicate duplicate");
  BOOST_TEST(step(1) == "sync " + kFile);
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
  disk.clear_calls();
  BOOST_TEST(commit(*journal, {2}) == "duplicate");
  BOOST_TEST(disk.steps().size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(all_files_are_synced_before_what_is_in_them_is_acknowledged, RunningLog) {
  journal.reset();
  disk.put("/log/2026-11-23.jsonl", before);
  disk.put(kFile, "");
  disk.remove(kMark);
  BOOST_REQUIRE(bool(disk.sync_folder("/log")));
  BOOST_TEST(commit(*start(), {1, 2}) == "duplicate stored");
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/2026-11-23.jsonl") == before);
}

BOOST_FIXTURE_TEST_CASE(a_torn_end_is_moved_aside_with_all_its_bytes, RunningLog) {
  journal.reset();
  const std::string torn = std::string("half a line\n\0\0\0and half of another", 34);
  disk.put(kFile, before + torn);
  disk.sync_everything();
  disk.power_cut();
  journal = start();
  BOOST_TEST(commit(*journal, {2, 1}) == "stored duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
  const std::string aside = kFile + ".torn-20261124T120000.000000Z";
  BOOST_TEST(disk.bytes(aside) == torn);
  BOOST_TEST(was_reported("its torn end was moved to " + aside));
  disk.power_cut();
  BOOST_TEST(disk.bytes(aside) == torn);
}

BOOST_FIXTURE_TEST_CASE(a_file_of_which_nothing_is_sound_begins_anew, RunningLog) {
  journal.reset();
  disk.put(kFile, std::string(5000, '\0'));
  disk.sync_everything();
  disk.power_cut();
  journal = start();
  BOOST_TEST(commit(*journal, {1}) == "stored");
  BOOST_TEST(disk.bytes(beside(".torn-")) == std::string(5000, '\0'));
  BOOST_TEST(on_log() == std::vector<int>{1}, per_element());
}

BOOST_FIXTURE_TEST_CASE(a_torn_end_of_the_file_before_midnight_is_moved_aside_too, RunningLog) {
  journal.reset();
  disk.put(kFile, before + "torn");
  disk.sync_everything();
  clock.time += 24h;
  for (const bool mark_is_lost : {false, true}) {
    FakeDisk machine = disk.after_death();
    if (mark_is_lost) machine.remove(kMark);
    machine.sync_everything();
    machine.power_cut();
    Journal next(options, machine, clock, [](std::string_view) {});
    const Record record = message(1, clock.time);
    BOOST_TEST((next.commit({&record, 1}).front() == Outcome::duplicate));
    BOOST_TEST(machine.bytes(kFile) == before);
    BOOST_TEST(machine.bytes(kFile + ".torn-20261125T120000.000000Z") == "torn");
  }
}

BOOST_FIXTURE_TEST_CASE(a_cut_is_on_the_disk_before_the_file_is_left, RunningLog) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {3}) == "stored");
  // Every unsynced write reaches the disk, and no unsynced cut does.
  std::vector<Fate> fates;
  for (const std::size_t length : disk.unsynced()) fates.push_back({length > 1 ? kAllBytes : 0});
  disk.power_cut(fates);
  BOOST_TEST(disk.bytes(kFile) == before);
}

BOOST_FIXTURE_TEST_CASE(a_torn_end_that_cannot_be_moved_stays_until_it_can, RunningLog) {
  journal.reset();
  disk.put(kFile, before + "torn");
  disk.sync_everything();
  disk.power_cut();
  journal = start();
  // Everything but the reading of it fails once: the file for the torn end, its bytes, its sync,
  // the sync of its folder, the cut.
  disk.fail({.kind = Call::Kind::write});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  disk.fail({.kind = Call::Kind::sync, .nth = 2});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  disk.fail({.kind = Call::Kind::sync_folder});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  disk.fail({.kind = Call::Kind::truncate});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  BOOST_TEST(disk.bytes(kFile) == before + "torn");
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(disk.bytes(beside(".torn-")) == "torn");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_torn_end_on_a_full_disk_leaves_one_file_and_one_report, RunningLog) {
  journal.reset();
  disk.put(kFile, before + "torn");
  disk.sync_everything();
  disk.power_cut();
  journal = start();
  disk.fail({.kind = Call::Kind::write, .times = Fault::kForEver, .number = ENOSPC});
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(commit(*journal, {2}) == "failed");
    clock.time += 1s;
  }
  BOOST_TEST(reports.size() == 1U);
  disk.heal();
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(disk.bytes(beside(".torn-")) == "torn");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(damage)

BOOST_FIXTURE_TEST_CASE(damage_that_sound_lines_follow_stays_and_is_reported, DamagedLog) {
  lines[2][30] = '?';
  disk.put(kFile, joined());
  disk.remove(kMark);
  journal = start();
  BOOST_TEST(commit(*journal, {6, 1, 2, 4, 5}) == "stored duplicate duplicate duplicate duplicate");
  BOOST_TEST(disk.bytes(kFile).starts_with(joined()));
  BOOST_TEST(beside(".torn-") == "");
  BOOST_TEST(was_reported("1 damaged or missing lines in the middle"));
}

BOOST_FIXTURE_TEST_CASE(the_key_of_a_damaged_line_does_not_count, DamagedLog) {
  lines[2][30] = '?';
  disk.put(kFile, joined());
  journal = start();
  BOOST_TEST(commit(*journal, {3}) == "stored");
}

BOOST_FIXTURE_TEST_CASE(a_missing_line_is_reported_and_may_come_again, DamagedLog) {
  lines.erase(lines.begin() + 1);
  disk.put(kFile, joined());
  disk.remove(kMark);
  journal = start();
  BOOST_TEST(commit(*journal, {2, 5}) == "stored duplicate");
  BOOST_TEST(was_reported("damaged or missing"));
}

BOOST_FIXTURE_TEST_CASE(damage_is_reported_once_though_the_disk_fails_for_long, DamagedLog) {
  lines[2][30] = '?';
  disk.put(kFile, joined());
  disk.remove(kMark);
  journal = start();
  disk.fail({.kind = Call::Kind::write, .times = Fault::kForEver, .number = ENOSPC});
  for (int i = 0; i < 20; ++i) BOOST_TEST(commit(*journal, {6}) == "failed");
  BOOST_TEST(reports.size() <= 2U);
}

BOOST_AUTO_TEST_SUITE_END()

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
  disk.reuse_inodes = true;
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
  disk.reuse_inodes = true;
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
  disk.reuse_inodes = true;
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  journal.reset();
  disk.remove(kFile);
  journal = start();
  BOOST_TEST(commit(*journal, {4}) == "stored");
  BOOST_TEST(commit(*start(), {4, 5}) == "duplicate stored");
  BOOST_TEST(on_log() == (std::vector<int>{4, 5}), per_element());
}

BOOST_AUTO_TEST_SUITE_END()
