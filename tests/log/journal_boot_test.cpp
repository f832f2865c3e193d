#include <boost/test/unit_test.hpp>

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promise 4: what is made of files as a power cut, or damage, has left them.

namespace {

// Five messages, whose lines can be changed.
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

BOOST_FIXTURE_TEST_CASE(a_file_of_somebody_else_before_midnight_stays_as_it_is, RunningLog) {
  journal.reset();
  const std::string strange = "what stands here\nis not ours";
  disk.put(kFile, strange);
  disk.remove(kMark);
  disk.sync_everything();
  disk.power_cut();
  clock.time += 24h;
  BOOST_TEST(commit(*start(), {1}) == "stored");
  BOOST_TEST(disk.bytes(kFile) == strange);
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
