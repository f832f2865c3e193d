#include <boost/test/unit_test.hpp>

#include "log/crash_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// A machine that stops at every call of a workload, in every way (CrashWatch). These are the
// workloads of one process at a time, or of two in one order; see crash_processes_test.cpp.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crashes, CrashedEverywhere)

BOOST_AUTO_TEST_CASE(single_messages) {
  const auto journal = start();
  deliver(*journal, {1});
  deliver(*journal, {2});
  deliver(*journal, {1});
}

BOOST_AUTO_TEST_CASE(batches) {
  const auto journal = start();
  deliver(*journal, {1, 2, 3});
  deliver(*journal, {4, 2, 5});
}

BOOST_AUTO_TEST_CASE(two_processes) {
  const auto first = start(), second = start();
  deliver(*first, {1});
  deliver(*second, {2, 1});
  deliver(*first, {2, 3});
}

BOOST_AUTO_TEST_CASE(a_process_for_each_message_beside_one_that_stays) {
  const auto stays = start();
  deliver(*start(Recall::search), {1});
  deliver(*stays, {2, 1});
  deliver(*start(Recall::search), {2});
  deliver(*start(Recall::search), {3});
}

BOOST_AUTO_TEST_CASE(a_process_for_each_message_over_midnight) {
  deliver(*start(Recall::search), {1});
  clock.time += 12h;
  deliver(*start(Recall::search), {2});
  deliver(*start(Recall::search), {1});
}

BOOST_AUTO_TEST_CASE(a_change_of_file_at_midnight) {
  const auto journal = start();
  deliver(*journal, {1});
  clock.time += 12h;
  deliver(*journal, {1, 2});
  deliver(*journal, {3});
}

BOOST_AUTO_TEST_CASE(a_rename_while_running) {
  const auto journal = start();
  deliver(*journal, {1});
  disk.move(kFile, kFile + ".1");
  deliver(*journal, {2, 1});
}

BOOST_AUTO_TEST_CASE(a_failed_write) {
  const auto journal = start();
  deliver(*journal, {1});
  disk.fail({.kind = Call::Kind::write, .path = kFile, .number = ENOSPC, .landed = 250});
  deliver(*journal, {2, 3});
  deliver(*journal, {3});
}

BOOST_AUTO_TEST_CASE(a_failed_sync) {
  const auto journal = start();
  deliver(*journal, {1});
  disk.fail({.kind = Call::Kind::sync});
  deliver(*journal, {2, 3});
  deliver(*journal, {3});
}

BOOST_AUTO_TEST_CASE(a_failed_sync_and_a_failed_cut_with_two_processes) {
  const auto first = start(), second = start();
  deliver(*first, {1});
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate, .times = 2});
  deliver(*first, {2});
  deliver(*second, {3});
  deliver(*second, {2});
}

BOOST_AUTO_TEST_CASE(a_failed_sync_and_a_dead_process) {
  auto first = start();
  deliver(*first, {1});
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate, .number = Fault::kProcessDies});
  BOOST_TEST(die_with(std::move(first), {2}));
  deliver(*start(), {3});
}

BOOST_AUTO_TEST_CASE(a_failed_sync_just_before_midnight) {
  const auto journal = start();
  deliver(*journal, {1});
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate});
  deliver(*journal, {2});
  clock.time += 12h;
  deliver(*journal, {3});
  deliver(*journal, {2});
}

BOOST_AUTO_TEST_CASE(a_failed_mark) {
  const auto journal = start();
  deliver(*journal, {1});
  for (const std::size_t landed : {std::size_t(0), std::size_t(50), kAllBytes}) {
    disk.fail({.kind = Call::Kind::write, .path = "/log/.synced", .landed = landed});
    deliver(*journal, {2});
    deliver(*journal, {int(landed % 100) + 3});
  }
}

BOOST_AUTO_TEST_CASE(a_recovery_that_is_interrupted) {
  deliver(*start(), {1});
  disk.fail({.kind = Call::Kind::sync, .number = Fault::kProcessDies});
  BOOST_TEST(die_with(start(), {2, 3}));
  // One line and a half reached the disk.
  std::vector<Fate> fates(disk.unsynced().size());
  fates.back() = {300};
  cut_power(fates);
  deliver(*start(), {2});
  deliver(*start(), {3, 1});
}

BOOST_AUTO_TEST_CASE(a_recovery_after_midnight_that_is_interrupted) {
  deliver(*start(), {1});
  disk.fail({.kind = Call::Kind::sync, .number = Fault::kProcessDies});
  BOOST_TEST(die_with(start(), {2, 3}));
  cut_power(std::vector<Fate>(disk.unsynced().size(), Fate{300}));
  clock.time += 12h;
  deliver(*start(), {2});
  deliver(*start(), {3, 1});
}

BOOST_AUTO_TEST_SUITE_END()
