#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promises 1, 2 and 3 of the log, with one process at a time.

namespace {

using Steps = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(synced)

BOOST_FIXTURE_TEST_CASE(the_sync_begins_after_the_write_and_ends_before_the_mark, RunningLog) {
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  const Steps steps = {"lock /log", "write " + kFile, "sync " + kFile, "write /log/.synced",
                       "unlock /log"};
  BOOST_TEST(disk.steps() == steps, per_element());
}

BOOST_FIXTURE_TEST_CASE(a_repeat_alone_writes_nothing, RunningLog) {
  BOOST_TEST(commit(*journal, {1}) == "duplicate");
  BOOST_TEST(disk.steps() == (Steps{"lock /log", "unlock /log"}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_new_file_has_its_folders_synced_before_its_first_byte, LogWorld) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1}) == "stored");
  const Steps steps = disk.steps();
  const auto at = [&](const std::string& step) {
    return std::find(steps.begin(), steps.end(), step) - steps.begin();
  };
  BOOST_TEST(at("make_folder /log") < at("sync_folder /"));
  BOOST_TEST(at("sync_folder /log") < at("write " + kFile));
  BOOST_TEST(at("sync_folder /") < at("write " + kFile));
  BOOST_TEST(at("write /log/.synced") < at("write " + kFile));
  BOOST_TEST(at("write " + kFile) < at("sync " + kFile));
}

BOOST_AUTO_TEST_CASE(all_folders_that_had_to_be_made_are_synced_up_to_the_root) {
  LogWorld world("/a/b/%Y/%m/%d.jsonl");
  const std::unique_ptr<Journal> journal = world.start();
  BOOST_TEST(world.commit(*journal, {1}) == "stored");
  world.disk.power_cut();
  BOOST_TEST(world.disk.names("/a/b/2026/11") == std::vector<std::string>{"24.jsonl"},
             per_element());
  BOOST_TEST(world.on_log() == std::vector<int>{1}, per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_found_empty_counts_as_new, LogWorld) {
  BOOST_REQUIRE(bool(disk.make_folder("/log")));
  disk.put(kFile, "");
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1}) == "stored");
  disk.power_cut();
  BOOST_TEST(on_log() == std::vector<int>{1}, per_element());
}

BOOST_FIXTURE_TEST_CASE(a_new_file_whose_folders_cannot_be_synced_stays_empty, LogWorld) {
  BOOST_REQUIRE(bool(disk.make_folder("/log")));
  const std::unique_ptr<Journal> journal = start();
  for (const char* folder : {"/log", "/"}) {
    disk.fail({.kind = Call::Kind::sync_folder, .path = folder});
    BOOST_TEST(commit(*journal, {1}) == "failed");
    BOOST_TEST(disk.bytes(kFile) == "");
  }
  BOOST_TEST(commit(*journal, {1}) == "stored");
  disk.power_cut();
  BOOST_TEST(on_log() == std::vector<int>{1}, per_element());
}

BOOST_FIXTURE_TEST_CASE(folders_above_the_log_that_we_may_not_open_were_not_made_by_us, LogWorld) {
  BOOST_REQUIRE(bool(disk.make_folder("/log")));
  disk.sync_everything();
  disk.fail({.kind = Call::Kind::sync_folder, .path = "/", .number = EACCES});
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1}) == "stored");
}

BOOST_FIXTURE_TEST_CASE(a_repeat_in_a_batch_whose_sync_fails_is_not_acknowledged, RunningLog) {
  disk.fail({.kind = Call::Kind::sync});
  BOOST_TEST(commit(*journal, {2, 2, 1}) == "failed failed duplicate");
}

BOOST_FIXTURE_TEST_CASE(a_repeat_of_a_message_whose_commit_failed_is_stored, RunningLog) {
  disk.fail({.kind = Call::Kind::sync});
  BOOST_TEST(commit(*journal, {2}) == "failed");
  BOOST_TEST(commit(*journal, {2}) == "stored");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_record_is_written_as_the_log_format_says, LogWorld) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1}) == "stored");
  clock.time += 1s;
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  std::string expected;
  CrcDigits digits = append_line(expected, "", message(1, clock.time - 1s).body);
  digits = append_line(expected, digits, message(2, clock.time).body);
  append_line(expected, digits, message(3, clock.time).body);
  BOOST_TEST(disk.bytes(kFile) == expected);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(once)

BOOST_FIXTURE_TEST_CASE(repeats_within_a_batch_are_stored_once, LogWorld) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {1, 2, 1, 1}) == "stored stored duplicate duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(repeats_in_later_batches_are_stored_once, RunningLog) {
  BOOST_TEST(commit(*journal, {2, 1}) == "stored duplicate");
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(repeats_after_a_restart_are_recognised, RunningLog) {
  journal = start();
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(an_empty_batch_reads_the_window_so_that_the_first_message_need_not_wait,
                        RunningLog) {
  journal = start();
  BOOST_TEST(commit(*journal, {}) == "");
  disk.clear_calls();
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  for (const Call& call : disk.calls())
    BOOST_TEST(
        !(call.kind == Call::Kind::list || (call.kind == Call::Kind::read && call.path == kFile)));
}

BOOST_FIXTURE_TEST_CASE(repeats_after_a_power_cut_are_recognised, RunningLog) {
  journal.reset();
  disk.power_cut();
  journal = start();
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(a_record_without_a_key_is_never_taken_for_a_repeat, LogWorld) {
  Record record = message(1, clock.time);
  record.key.reset();
  const std::vector<Record> batch = {record, record};
  for (int restart = 0; restart < 2; ++restart) {
    const std::unique_ptr<Journal> journal = start();
    BOOST_TEST((journal->commit(batch) == std::vector<Outcome>{Outcome::stored, Outcome::stored}));
  }
}

BOOST_FIXTURE_TEST_CASE(a_repeat_is_recognised_to_the_last_microsecond_of_the_window, RunningLog) {
  clock.time += options.remember;
  BOOST_TEST(commit(*journal, {1}) == "duplicate");
  BOOST_TEST(commit(*start(), {1}) == "duplicate");
  clock.time += 1us;
  BOOST_TEST(commit(*journal, {1}) == "stored");
}

BOOST_FIXTURE_TEST_CASE(one_microsecond_after_the_window_a_restart_forgets_too, RunningLog) {
  clock.time += options.remember + 1us;
  BOOST_TEST(commit(*start(), {1}) == "stored");
}

BOOST_AUTO_TEST_CASE(a_file_counts_as_long_as_a_line_in_it_may) {
  // A line of the last microsecond of its file, looked for at the last one of the window.
  LogWorld world;
  world.clock.time = sys_days(2026y / 11 / 25) - 1us;
  BOOST_TEST(world.commit(*world.start(), {1}) == "stored");
  world.clock.time += world.options.remember;
  BOOST_TEST(world.commit(*world.start(), {1}) == "duplicate");
  world.clock.time += 1us;
  BOOST_TEST(world.commit(*world.start(), {1}) == "stored");
}

BOOST_FIXTURE_TEST_CASE(files_older_than_the_window_are_not_even_opened, RunningLog) {
  clock.time += options.remember + 24h;
  disk.clear_calls();
  BOOST_TEST(commit(*start(), {2}) == "stored");
  for (const Call& call : disk.calls())
    BOOST_TEST(!(call.kind == Call::Kind::read && call.path == kFile));
}

BOOST_FIXTURE_TEST_CASE(a_message_received_before_midnight_and_repeated_after_it, LogWorld) {
  const std::unique_ptr<Journal> journal = start();
  clock.time = sys_days(2026y / 11 / 25) - 1us;
  BOOST_TEST(commit(*journal, {1}) == "stored");
  clock.time += 1us;
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
  BOOST_TEST(commit(*start(), {2, 1}) == "duplicate duplicate");
  BOOST_TEST(disk.names("/log") ==
                 (std::vector<std::string>{".synced", "2026-11-24.jsonl", "2026-11-25.jsonl"}),
             per_element());
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(every_file_is_a_chain_of_its_own, RunningLog) {
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {2}) == "stored");
  std::string expected;
  append_line(expected, "", message(2, clock.time).body);
  BOOST_TEST(disk.bytes(file()) == expected);
}

BOOST_FIXTURE_TEST_CASE(a_clock_set_back_stays_in_the_newest_file, RunningLog) {
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {2}) == "stored");
  clock.time -= 24h;
  BOOST_TEST(commit(*journal, {3, 1}) == "stored duplicate");
  journal = start();
  BOOST_TEST(commit(*journal, {4, 3, 1}) == "stored duplicate duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3, 4}), per_element());
  clock.time += 24h;
  BOOST_TEST(content_of(disk, options.pattern).messages.size() == 4U);
  std::string newest = disk.bytes(file());
  BOOST_TEST(std::count(newest.begin(), newest.end(), '\n') == 3);
}

BOOST_FIXTURE_TEST_CASE(a_clock_set_back_costs_nothing, RunningLog) {
  clock.time -= 24h;
  disk.clear_calls();
  BOOST_TEST(commit(*journal, {2}) == "stored");
  for (const Call& call : disk.calls()) BOOST_TEST(!(call.kind == Call::Kind::list));
}

// As NTP does it all the time.
BOOST_FIXTURE_TEST_CASE(a_clock_set_back_by_a_little_reads_nothing_again, RunningLog) {
  for (int day = 2; day < 8; ++day) {
    clock.time += 24h;
    BOOST_TEST(commit(*start(), {day}) == "stored");
  }
  clock.time = floor<days>(clock.time) + 24h + 10s;  // a file has just left the window
  journal = start();
  BOOST_TEST(commit(*journal, {100}) == "stored");
  clock.time -= 30s;
  disk.clear_calls();
  BOOST_TEST(commit(*journal, {101, 7}) == "stored duplicate");
  for (const Call& call : disk.calls()) BOOST_TEST(!(call.kind == Call::Kind::list));
}

BOOST_FIXTURE_TEST_CASE(a_clock_set_back_recognises_what_came_in_its_future, RunningLog) {
  clock.time -= options.remember;
  BOOST_TEST(commit(*journal, {1}) == "duplicate");
  BOOST_TEST(commit(*start(), {1}) == "duplicate");
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_jumps_ahead_and_back_loses_nothing, RunningLog) {
  clock.time += 24h * 365;
  BOOST_TEST(commit(*journal, {2}) == "stored");
  clock.time -= 24h * 365;
  BOOST_TEST(commit(*journal, {3, 1}) == "stored duplicate");
  BOOST_TEST(commit(*start(), {3, 1}) == "duplicate duplicate");
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_AUTO_TEST_CASE(a_pattern_without_conversions_is_one_file_for_ever) {
  LogWorld world("/log/all.jsonl");
  const std::unique_ptr<Journal> journal = world.start();
  BOOST_TEST(world.commit(*journal, {1}) == "stored");
  world.clock.time += 90h;
  BOOST_TEST(world.commit(*journal, {1, 2}) == "duplicate stored");
  world.clock.time += 90h;
  BOOST_TEST(world.commit(*world.start(), {2, 3}) == "duplicate stored");
  BOOST_TEST(world.on_log() == (std::vector<int>{1, 2, 3}), per_element());
  BOOST_TEST(world.disk.names("/log") == (std::vector<std::string>{".synced", "all.jsonl"}),
             per_element());
}

BOOST_AUTO_TEST_CASE(a_pattern_with_folders_changes_files_and_folders) {
  LogWorld world("/log/%Y/%m/%d.jsonl");
  const std::unique_ptr<Journal> journal = world.start();
  BOOST_TEST(world.commit(*journal, {1}) == "stored");
  world.clock.time += 24h * 7;
  BOOST_TEST(world.commit(*journal, {2}) == "stored");
  BOOST_TEST(world.commit(*journal, {1, 2}) == "stored duplicate");
  BOOST_TEST(world.disk.names("/log/2026") == (std::vector<std::string>{"11", "12"}),
             per_element());
  world.disk.power_cut();
  BOOST_TEST(world.on_log() == (std::vector<int>{1, 2, 1}), per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(limits)

BOOST_FIXTURE_TEST_CASE(what_would_go_beyond_the_limit_fails_and_is_not_written, RunningLog) {
  const std::size_t line = disk.bytes(kFile).size();
  options.max_bytes = 3 * line;
  journal = start();
  BOOST_TEST(commit(*journal, {2, 3, 4, 1, 2}) == "stored stored failed duplicate duplicate");
  BOOST_TEST(commit(*journal, {5}) == "failed");
  BOOST_TEST(commit(*journal, {2, 4}) == "duplicate failed");
  BOOST_TEST(disk.bytes(kFile).size() == 3 * line);
  BOOST_TEST(was_reported("is full"));
  BOOST_TEST(reports.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(all_files_count_for_the_limit, RunningLog) {
  options.max_bytes = 2 * disk.bytes(kFile).size();
  clock.time += 24h;
  journal = start();
  BOOST_TEST(commit(*journal, {2, 3}) == "stored failed");
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {3}) == "failed");
}

BOOST_FIXTURE_TEST_CASE(a_full_log_takes_records_again_when_room_was_made, RunningLog) {
  options.max_bytes = disk.bytes(kFile).size();
  clock.time += 24h;
  journal = start();
  BOOST_TEST(commit(*journal, {2}) == "failed");
  disk.remove(kFile);
  BOOST_TEST(commit(*journal, {2}) == "stored");
}

BOOST_FIXTURE_TEST_CASE(a_full_log_that_meets_repeats_is_not_said_to_be_well_again, RunningLog) {
  options.max_bytes = disk.bytes(kFile).size();
  journal = start();
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(commit(*journal, {2}) == "failed");
    BOOST_TEST(commit(*journal, {1}) == "duplicate");
  }
  BOOST_TEST(reports.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
