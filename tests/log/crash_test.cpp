#include <boost/test/unit_test.hpp>
#include <sstream>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// The machine stops at every call of a workload: its processes die, or its power is cut, which
// loses any subset of the newest unsynced changes or tears any one of them. Afterwards every
// message that was acknowledged must be there, once.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";
constexpr std::size_t kSubsets = 5;  // of so many of the newest changes every subset is lost
constexpr std::size_t kTears = 16;   // places at which one change is torn

class CrashedEverywhere : public LogWorld {
 public:
  CrashedEverywhere() {
    disk.between_calls = [this] { crash_here(); };
  }
  ~CrashedEverywhere() {
    crash_here();
    BOOST_TEST_MESSAGE(states_ << " crash states");
    BOOST_TEST(states_ > 50U);
  }

  // One batch; what it acknowledges has to survive from then on.
  void deliver(Journal& journal, const std::vector<int>& numbers) {
    offered_.insert(numbers.begin(), numbers.end());
    std::istringstream outcomes(commit(journal, numbers));
    std::string outcome;
    for (const int number : numbers)
      if (outcomes >> outcome; outcome != "failed") acknowledged_.insert(number);
  }

  // The process dies in the commit of this batch.
  void die_with(std::unique_ptr<Journal> journal, const std::vector<int>& numbers) {
    BOOST_CHECK_THROW(deliver(*journal, numbers), ProcessDied);
    disk.heal();
  }

 private:
  void crash_here() {
    // Between calls that only read nothing becomes different.
    const std::size_t steps = disk.steps().size(), changes = disk.unsynced().size();
    if (steps == steps_ && changes == changes_) return;
    steps_ = steps;
    changes_ = changes;
    check(disk.after_death(), "its processes died");
    // Old changes (of `.synced`, mostly) go all one way; they must not matter.
    for (const std::size_t kept : {std::size_t(0), kAllBytes}) {
      const std::size_t newest = std::min(changes, kSubsets);
      std::vector<Fate> fates(changes, Fate{kept});
      for (std::size_t subset = 0; subset < std::size_t(1) << newest; ++subset) {
        for (std::size_t i = 0; i < newest; ++i)
          fates[changes - newest + i] = {subset >> i & 1 ? kAllBytes : 0};
        cut_power(fates);
      }
      for (std::size_t torn = changes - newest; torn < changes; ++torn) tear(kept, torn);
    }
  }

  void tear(std::size_t kept, std::size_t torn) {
    const std::size_t size = disk.unsynced()[torn];
    std::vector<Fate> fates(changes_, Fate{kept});
    for (std::size_t bytes = 0; bytes < size; bytes += 1 + size / kTears) {
      fates[torn] = {bytes, false};
      cut_power(fates);
      fates[torn] = {bytes, true};
      cut_power(fates);
    }
  }

  void cut_power(const std::vector<Fate>& fates) {
    FakeDisk machine = disk.after_death();
    machine.power_cut(fates);
    check(std::move(machine), "a power cut");
  }

  void check(FakeDisk machine, const char* why) {
    const Recall first = ++states_ % 2 == 0 ? Recall::memory : Recall::search;
    const std::string broken =
        broken_promise(std::move(machine), options, clock, offered_, acknowledged_, first);
    if (!broken.empty())
      BOOST_ERROR(why << " after " << (steps_ == 0 ? "nothing" : disk.steps().back()) << ": "
                      << broken);
  }

  std::set<int> offered_, acknowledged_;
  std::size_t steps_ = 0, changes_ = 0, states_ = 0;
};

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
  die_with(std::move(first), {2});
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
  die_with(start(), {2, 3});
  // One line and a half reached the disk.
  std::vector<Fate> fates(disk.unsynced().size());
  fates.back() = {300};
  disk.power_cut(fates);
  deliver(*start(), {2});
  deliver(*start(), {3, 1});
}

BOOST_AUTO_TEST_CASE(a_recovery_after_midnight_that_is_interrupted) {
  deliver(*start(), {1});
  disk.fail({.kind = Call::Kind::sync, .number = Fault::kProcessDies});
  die_with(start(), {2, 3});
  disk.power_cut(std::vector<Fate>(disk.unsynced().size(), Fate{300}));
  clock.time += 12h;
  deliver(*start(), {2});
  deliver(*start(), {3, 1});
}

BOOST_AUTO_TEST_SUITE_END()
