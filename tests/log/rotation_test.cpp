#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>

#include "log/promises.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Promise 5: files that are renamed, compressed or removed by log rotation.

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";

struct RunningLog : LogWorld {
  std::unique_ptr<Journal> journal = start();

  RunningLog() { BOOST_REQUIRE(commit(*journal, {1, 2}) == "stored stored"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(rotation, RunningLog)

BOOST_AUTO_TEST_CASE(a_file_renamed_while_running_is_noticed_and_a_new_one_begun) {
  const std::string before = disk.bytes(kFile);
  disk.move(kFile, kFile + ".1");
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(disk.bytes(kFile + ".1") == before);
  std::string expected;
  append_line(expected, "", message(3, clock.time).body);
  BOOST_TEST(disk.bytes(kFile) == expected);
}

BOOST_AUTO_TEST_CASE(a_renamed_file_stays_in_the_window) {
  disk.move(kFile, kFile + ".1");
  BOOST_TEST(commit(*journal, {1, 3}) == "duplicate stored");
  BOOST_TEST(commit(*start(), {1, 2, 3}) == "duplicate duplicate duplicate");
  disk.move(kFile + ".1", kFile + ".2");
  disk.move(kFile, kFile + ".1");
  BOOST_TEST(commit(*journal, {4}) == "stored");
  BOOST_TEST(commit(*start(), {1, 2, 3, 4}) == "duplicate duplicate duplicate duplicate");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3, 4}), per_element());
}

// Nothing keeps the administrator from doing it in the middle of a commit.
BOOST_AUTO_TEST_CASE(a_file_renamed_between_any_two_calls_of_a_commit_stays_in_the_window) {
  for (const Recall recall : {Recall::memory, Recall::search})
    for (const auto pause : {0h, 24h})
      for (std::size_t call = 0; call < 200; ++call) {
        RunningLog world;
        world.clock.time += pause;
        world.disk.clear_calls();
        const auto rename_now = [&] {
          if (world.disk.exists(kFile + ".1") || world.disk.calls().size() < call) return;
          world.disk.move(kFile, kFile + ".1");
        };
        world.disk.between_calls = rename_now;
        const std::string outcomes = world.commit(*world.start(recall), {1, 2, 3});
        world.disk.between_calls = nullptr;
        const bool renamed = world.disk.exists(kFile + ".1");
        BOOST_TEST(outcomes == "duplicate duplicate stored", "before call " << call);
        BOOST_TEST(world.commit(*world.start(), {1, 2, 3}) == "duplicate duplicate duplicate");
        if (!renamed) break;
      }
}

// As logrotate does it: all renamed files get the next name, and a new file may be made at once.
BOOST_AUTO_TEST_CASE(files_that_change_names_between_any_two_calls_are_not_taken_for_each_other) {
  const auto shift = [](FakeDisk& machine) {
    machine.move(kFile + ".1", kFile + ".2");
    machine.move(kFile, kFile + ".1");
  };
  const auto replace = [](FakeDisk& machine) {
    machine.move(kFile, kFile + ".2");
    machine.put(kFile, "");
  };
  const std::vector<std::function<void(FakeDisk&)>> rotations = {shift, replace};
  for (const auto& rotate : rotations)
    for (const Recall recall : {Recall::memory, Recall::search})
      for (std::size_t call = 0; call < 300; ++call) {
        RunningLog world;
        world.disk.move(kFile, kFile + ".1");
        BOOST_REQUIRE(world.commit(*world.journal, {3, 4, 5}) == "stored stored stored");
        const std::unique_ptr<Journal> next = world.start(recall);
        world.disk.clear_calls();
        bool rotated = false;
        world.disk.between_calls = [&] {
          if (rotated || world.disk.calls().size() < call) return;
          rotated = true;
          rotate(world.disk);
        };
        const std::string outcomes = world.commit(*next, {1, 3, 6});
        world.disk.between_calls = nullptr;
        BOOST_TEST(outcomes == "duplicate duplicate stored", "before call " << call);
        BOOST_TEST(world.commit(*world.start(Recall::search), {7}) == "stored");
        std::vector<int> all = world.on_log();
        std::sort(all.begin(), all.end());
        BOOST_TEST(all == (std::vector<int>{1, 2, 3, 4, 5, 6, 7}), per_element());
        if (!rotated) break;
      }
}

BOOST_AUTO_TEST_CASE(a_file_renamed_while_nobody_ran_stays_in_the_window) {
  journal.reset();
  disk.move(kFile, kFile + "-20261124");
  BOOST_TEST(commit(*start(), {1, 3}) == "duplicate stored");
  disk.power_cut();
  BOOST_TEST(commit(*start(), {1, 3, 2}) == "duplicate duplicate duplicate");
}

BOOST_AUTO_TEST_CASE(compressed_and_torn_files_are_not_in_the_window) {
  journal.reset();
  for (const char* suffix : {".1.gz", ".torn-20261124T120000.000000Z"}) {
    disk.move(disk.exists(kFile) ? kFile : kFile + ".1.gz", kFile + suffix);
    BOOST_TEST(commit(*start(), {1}) == "stored");
    disk.remove(kFile);
  }
}

BOOST_AUTO_TEST_CASE(what_a_dead_process_left_in_a_renamed_file_is_cut_off) {
  const std::string before = disk.bytes(kFile);
  disk.fail({.kind = Call::Kind::sync, .number = Fault::kProcessDies});
  BOOST_CHECK_THROW(commit(*journal, {3}), ProcessDied);
  disk.move(kFile, kFile + ".1");
  journal = start();
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(disk.bytes(kFile + ".1") == before);
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_AUTO_TEST_CASE(the_newest_file_renamed_with_a_clock_set_back_keeps_its_name) {
  clock.time += 24h;
  BOOST_TEST(commit(*journal, {3}) == "stored");
  disk.move(file(), file() + ".1");
  const std::string newest = file();
  clock.time -= 24h;
  BOOST_TEST(commit(*journal, {4, 1, 3}) == "stored duplicate duplicate");
  BOOST_TEST(disk.exists(newest));
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3, 4}), per_element());
}

// Log rotation does not take our lock: it may come between any two of our calls.
BOOST_AUTO_TEST_CASE(a_file_may_be_renamed_or_removed_at_any_moment) {
  for (const bool removed : {false, true})
    for (std::size_t moment = 1;; ++moment) {
      RunningLog world;
      std::size_t calls = 0;
      world.disk.between_calls = [&] {
        if (++calls != moment) return;
        if (removed) world.disk.remove(kFile);
        if (!removed) world.disk.move(kFile, kFile + ".1");
      };
      const std::string first = world.commit(*world.journal, {3, 1});
      if (calls < moment) break;
      // What is removed is no longer on the log, so it may come again.
      BOOST_TEST((first == "stored duplicate" || (removed && first == "stored stored")), first);
      BOOST_TEST(world.commit(*world.journal, {4}) == "stored");
      const std::vector<int> all = world.on_log();
      BOOST_TEST(std::count(all.begin(), all.end(), 4) == 1);
      if (!removed)
        BOOST_TEST(broken_promise(world.disk.after_death(), world.options, world.clock,
                                  {{1, 2, 3, 4}, {1, 2, 3, 4}}) == "");
    }
}

BOOST_AUTO_TEST_CASE(strange_folders_beside_a_pattern_with_folders_do_not_matter) {
  LogWorld world("/log/%Y/%m/%d.jsonl");
  BOOST_REQUIRE(bool(world.disk.make_folder("/log")));
  BOOST_REQUIRE(bool(world.disk.make_folder("/log/lost+found")));
  world.disk.fail({.path = "/log/lost+found", .times = Fault::kForEver, .number = EACCES});
  BOOST_TEST(world.commit(*world.start(), {1}) == "stored");
}

BOOST_AUTO_TEST_SUITE_END()
