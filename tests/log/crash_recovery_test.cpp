#include <boost/test/unit_test.hpp>

#include "log/crash_world.h"
#include "support/rounds.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// A machine that stops at every call of a workload, and again at every call with which a process
// then brings the log into order.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";

struct CrashedTwice : CrashedEverywhere {
  CrashedTwice() : CrashedEverywhere({Tears::few, testing::rounds() < 50 ? 1 : 2}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crashes_of_recoveries, CrashedTwice)

BOOST_AUTO_TEST_CASE(after_batches) {
  const auto journal = start();
  deliver(*journal, {1, 2});
  deliver(*journal, {3, 2});
}

BOOST_AUTO_TEST_CASE(after_processes_for_one_message_each) {
  deliver(*start(Recall::search), {1});
  deliver(*start(Recall::search), {2, 1});
}

BOOST_AUTO_TEST_CASE(after_a_change_of_file_at_midnight) {
  const auto journal = start();
  deliver(*journal, {1});
  clock.time += 12h;
  deliver(*journal, {2, 1});
}

BOOST_AUTO_TEST_CASE(after_a_rename) {
  const auto journal = start();
  deliver(*journal, {1});
  disk.move(kFile, kFile + ".1");
  deliver(*journal, {2, 1});
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_and_a_failed_cut) {
  const auto first = start(), second = start();
  deliver(*first, {1});
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate});
  deliver(*first, {2});
  deliver(*second, {3});
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_and_a_dead_process) {
  auto first = start();
  deliver(*first, {1});
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate, .number = Fault::kProcessDies});
  BOOST_TEST(die_with(std::move(first), {2}));
  clock.time += 12h;
  deliver(*start(), {3});
}

BOOST_AUTO_TEST_SUITE_END()
