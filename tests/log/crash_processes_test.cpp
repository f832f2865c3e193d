#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "log/crash_world.h"
#include "support/rounds.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// A machine that stops at every call while several processes write to one log. The lock makes
// whole commits of what they do, so every order of commits is every order of their steps; but for
// a process that dies under the lock, after which the others go on.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";

// What each process commits, one batch after the other. All know the same three messages.
const std::map<char, std::vector<std::vector<int>>> kBatches = {
    {'a', {{1, 2}, {2, 3}}},
    {'b', {{2, 1}, {3, 3}}},
    {'c', {{3, 1}, {1, 2}}},
};

// Processes that take turns: "abba" is a, b, b, a. Those in `one_shot` are a process of their own
// for each batch, as under CGI.
class Turns : public CrashedEverywhere {
 public:
  Turns(std::string one_shot, CrashOptions how)
      : CrashedEverywhere(how), one_shot_(std::move(one_shot)) {}

  void take(char name) {
    std::unique_ptr<Journal>& journal = processes_[name];
    const bool lives_on = one_shot_.find(name) == std::string::npos;
    if (!journal || !lives_on) journal = start(lives_on ? Recall::memory : Recall::search);
    disk.process = name;
    deliver(*journal, kBatches.at(name)[done_[name]++]);
  }

 private:
  const std::string one_shot_;
  std::map<char, std::unique_ptr<Journal>> processes_;
  std::map<char, std::size_t> done_;
};

void in_every_order(std::string turns, CrashOptions how) {
  std::sort(turns.begin(), turns.end());
  do
    for (const char* one_shot : {"", "b", "abc"}) {
      Turns world(one_shot, how);
      for (const char name : turns) world.take(name);
    }
  while (std::next_permutation(turns.begin(), turns.end()));
}

// One process dies at the nth call of its commit, and the others go on: one that knows what was
// there before, and one that begins after it. False when there are fewer calls.
bool others_go_on(Fault death, CrashOptions how) {
  CrashedEverywhere world(how);
  std::unique_ptr<Journal> dies = world.start();
  const std::unique_ptr<Journal> lives = world.start();
  world.deliver(*dies, {1});
  world.deliver(*lives, {2});
  world.disk.fail(death);
  const bool died = world.die_with(std::move(dies), {3, 2, 4});
  world.deliver(*lives, {3, 5});
  world.deliver(*world.start(Recall::search), {4, 1});
  return died;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crashes_of_processes)

BOOST_AUTO_TEST_CASE(two_in_every_order) {
  in_every_order("aabb", {});
}

BOOST_AUTO_TEST_CASE(three_in_every_order) {
  in_every_order("aabbcc", {testing::rounds() < 50 ? Tears::few : Tears::at_every_byte});
}

BOOST_AUTO_TEST_CASE(one_dies_at_any_call_and_others_go_on) {
  for (const std::size_t landed : {std::size_t(0), std::size_t(300), kAllBytes})
    for (std::size_t nth = 1;; ++nth)
      if (!others_go_on({.nth = nth, .number = Fault::kProcessDies, .landed = landed},
                        {Tears::few}))
        break;
}

BOOST_AUTO_TEST_CASE(one_dies_at_any_call_after_a_failed_sync_and_others_go_on) {
  for (std::size_t nth = 1;; ++nth) {
    CrashedEverywhere world({Tears::few});
    std::unique_ptr<Journal> dies = world.start();
    const std::unique_ptr<Journal> lives = world.start();
    world.deliver(*dies, {1});
    world.deliver(*lives, {2});
    world.disk.fail({.kind = Call::Kind::sync, .path = kFile});
    world.disk.fail({.nth = nth, .number = Fault::kProcessDies});
    const bool died = world.die_with(std::move(dies), {3, 2});
    world.deliver(*lives, {4});
    world.deliver(*lives, {3});
    if (!died) break;
  }
}

BOOST_AUTO_TEST_SUITE_END()
