#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "log/promises.h"
#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// Every call of a workload fails once, whatever kind of call it is; some fail in pairs, or for a
// long time. What was acknowledged is there, and the log recovers by itself.

namespace {

// Several processes, a repeat, midnight, a rename, a restart. Whatever is not acknowledged is
// delivered again, as Vonage does.
class Day : public LogWorld {
 public:
  void run() {
    std::unique_ptr<Journal> first = start(), second = start();
    deliver(*first, {1, 2});
    deliver(*second, {2, 3});
    disk.move(file(), file() + ".1");
    deliver(*first, {4, 1});
    clock.time += 24h;
    deliver(*second, {5, 4});
    first = start();
    deliver(*first, {6, 5});
  }

  void deliver(Journal& journal, const std::vector<int>& batch) {
    std::size_t failed_commits = 0;
    for (const int number : batch) offered.insert(number);
    for (std::size_t attempt = 1; attempt <= most_attempts; ++attempt) {
      const std::string outcomes = commit(journal, batch);
      if (outcomes.find("failed") == std::string::npos) {
        acknowledged.insert(batch.begin(), batch.end());
        return;
      }
      ++failed_commits;
      if (on_failure) on_failure();
    }
    BOOST_ERROR(failed_commits << " commits failed: " << reports.back());
  }

  // What an operator would find if the machine stopped now, in either way.
  void check(const std::string& fault) {
    BOOST_TEST(broken_promise(disk.after_death(), options, clock, {offered, acknowledged}) == "",
               fault);
    FakeDisk after_cut = disk.after_death();
    after_cut.power_cut();
    BOOST_TEST(broken_promise(after_cut, options, clock, {offered, acknowledged}) == "", fault);
  }

  std::set<int> offered, acknowledged;
  std::size_t most_attempts = 1;
  std::function<void()> on_failure;
};

std::size_t calls_of_a_day() {
  Day day;
  day.run();
  return std::size_t(
      std::count_if(day.disk.calls().begin(), day.disk.calls().end(),
                    [](const Call& call) { return call.kind != Call::Kind::unlock; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failing_calls)

BOOST_AUTO_TEST_CASE(every_call_fails_once_and_the_next_commit_succeeds) {
  const std::size_t calls = calls_of_a_day();
  for (const int number : {EIO, ENOSPC, EDQUOT, EINTR, EROFS, Fault::kNoMemory})
    for (std::size_t nth = 1; nth <= calls; ++nth)
      for (const std::size_t landed : {std::size_t(0), std::size_t(70), kAllBytes}) {
        Day day;
        day.most_attempts = 2;
        day.disk.fail({.nth = nth, .number = number, .landed = landed});
        day.run();
        day.check("call " + std::to_string(nth));
        BOOST_TEST(day.reports.size() <= 3U, "call " << nth << ": " << day.reports.back());
      }
}

BOOST_AUTO_TEST_CASE(any_two_calls_fail) {
  const std::size_t calls = calls_of_a_day();
  for (std::size_t one = 1; one <= calls; ++one)
    for (std::size_t other = one + 1; other <= one + 20; ++other) {
      Day day;
      day.most_attempts = 3;
      day.disk.fail({.nth = one, .landed = 70});
      day.disk.fail({.nth = other, .landed = 70});
      day.run();
      day.check("calls " + std::to_string(one) + " and " + std::to_string(other));
    }
}

BOOST_AUTO_TEST_CASE(every_call_from_the_nth_on_fails_until_the_disk_is_well_again) {
  const std::size_t calls = calls_of_a_day();
  for (std::size_t nth = 1; nth <= calls; ++nth) {
    Day day;
    int failures = 0;
    day.most_attempts = 11;
    day.on_failure = [&] {
      if (++failures == 10) day.disk.heal();
    };
    day.disk.fail({.nth = nth, .times = Fault::kForEver});
    day.run();
    day.check("call " + std::to_string(nth));
    BOOST_TEST(day.reports.size() <= 6U, "call " << nth << ": " << day.reports.size());
  }
}

BOOST_AUTO_TEST_CASE(all_calls_of_one_kind_fail_until_the_disk_is_well_again) {
  for (int kind = int(Call::Kind::open); kind < int(Call::Kind::unlock); ++kind)
    for (std::size_t nth = 1; nth <= 12; ++nth) {
      Day day;
      int failures = 0;
      day.most_attempts = 11;
      day.on_failure = [&] {
        if (++failures == 10) day.disk.heal();
      };
      day.disk.fail({.kind = Call::Kind(kind), .nth = nth, .times = Fault::kForEver});
      day.run();
      day.check(to_text({Call::Kind(kind), ""}));
      BOOST_TEST(day.reports.size() <= 6U, to_text({Call::Kind(kind), ""}) << nth);
    }
}

// Ten thousand commits that fail in the same way, at whatever call: the administrator's log must
// not be the next disk that is full.
BOOST_AUTO_TEST_CASE(what_fails_for_long_is_said_once_and_so_is_its_end) {
  for (const Call::Kind kind : {Call::Kind::open, Call::Kind::write, Call::Kind::sync,
                                Call::Kind::truncate, Call::Kind::lock, Call::Kind::read})
    for (const int number : {EIO, EROFS, Fault::kNoMemory}) {
      RunningLog world;
      world.reports.clear();
      world.disk.fail({.kind = Call::Kind::sync});
      world.disk.fail({.kind = kind, .times = Fault::kForEver, .number = number});
      const Record record = message(2, world.clock.time);
      for (int i = 0; i < 10000; ++i) world.journal->commit({&record, 1});
      BOOST_TEST(world.reports.size() <= 2U, to_text({kind, ""}) << ": " << world.reports.back());
      BOOST_TEST(world.was_reported("requests get 503"));
      if (number == EROFS) BOOST_TEST(world.was_reported("administrator"));
      world.disk.heal();
      world.reports.clear();
      BOOST_TEST(world.commit(*world.journal, {2}) == "stored");
      BOOST_TEST(world.was_reported("can be written again"));
    }
}

// As on a disk that is nearly full: what is short is stored, what is long is not.
BOOST_FIXTURE_TEST_CASE(a_disk_that_fails_now_and_then_is_not_reported_each_time, RunningLog) {
  reports.clear();
  for (int number = 2; number < 2000; ++number) {
    if (number % 2 == 0) disk.fail({.kind = Call::Kind::write, .number = ENOSPC});
    BOOST_TEST(commit(*journal, {number}) == (number % 2 == 0 ? "failed" : "stored"));
  }
  BOOST_TEST(reports.size() <= 20U);  // ten a minute
  BOOST_TEST(was_reported("No space left"));
  BOOST_TEST(was_reported("can be written again"));
}

BOOST_AUTO_TEST_CASE(a_process_may_die_at_any_call) {
  const std::size_t calls = calls_of_a_day();
  for (std::size_t nth = 1; nth <= calls; ++nth)
    for (const std::size_t landed : {std::size_t(0), std::size_t(70), kAllBytes}) {
      Day day;
      day.disk.fail({.nth = nth, .number = Fault::kProcessDies, .landed = landed});
      BOOST_CHECK_THROW(day.run(), ProcessDied);
      day.check("call " + std::to_string(nth));
    }
}

BOOST_AUTO_TEST_SUITE_END()
