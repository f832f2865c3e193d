#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "log/promises.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// Several processes on one log. The lock makes whole commits of what they do, so every order of
// commits is every order of their steps.

namespace {

// What each process commits, one batch after the other. All know the same three messages.
const std::map<char, std::vector<std::vector<int>>> kBatches = {
    {'a', {{1, 2}, {2, 3}}},
    {'b', {{2, 1}, {3, 3}}},
    {'c', {{3, 1}, {1, 2}}},
};

// One machine on which the processes take turns: "abba" is a, b, b, a.
struct Turns : LogWorld {
  std::map<char, std::unique_ptr<Journal>> processes;
  std::map<char, std::size_t> done;
  std::map<int, int> stored;  // how often each message was said to be stored
  std::string one_shot;       // who is a process of its own for each batch, as under CGI

  explicit Turns(std::string one_shot_ones) : one_shot(std::move(one_shot_ones)) {}

  void take(char name) {
    const bool lives_on = one_shot.find(name) == std::string::npos;
    std::unique_ptr<Journal>& journal = processes[name];
    if (!journal || !lives_on) journal = start(lives_on ? Recall::memory : Recall::search);
    disk.process = name;
    const std::vector<int>& batch = kBatches.at(name)[done[name]++];
    const std::string outcomes = commit(*journal, batch) + " ";
    std::size_t at = 0;
    for (const int number : batch) {
      stored[number] += outcomes.compare(at, 7, "stored ") == 0;
      at = outcomes.find(' ', at) + 1;
    }
  }

  void check(const std::string& what) {
    LogContent content = content_of(disk, options.pattern);
    std::sort(content.messages.begin(), content.messages.end());
    BOOST_TEST(content.faults.empty(), what);
    BOOST_TEST((content.messages == std::vector<int>{1, 2, 3}), what);
    for (const auto& [number, times] : stored) BOOST_TEST(times == 1, what << ": " << number);
    const std::string broken =
        broken_promise(disk.after_death(), options, clock, {{1, 2, 3}, {1, 2, 3}});
    BOOST_TEST(broken == "", what);
  }
};

// Calls `run` with every order in which the processes can take their turns.
template <class Run>
void in_every_order(std::string turns, Run run) {
  std::sort(turns.begin(), turns.end());
  do
    for (const char* one_shot : {"", "b", "abc"}) run(turns, one_shot);
  while (std::next_permutation(turns.begin(), turns.end()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(processes)

BOOST_AUTO_TEST_CASE(racing_repeats_are_stored_once_in_every_order) {
  for (const char* names : {"aabb", "aabbcc"})
    in_every_order(names, [](const std::string& turns, const char* one_shot) {
      Turns world(one_shot);
      for (const char name : turns) world.take(name);
      world.check(turns);
    });
}

BOOST_AUTO_TEST_CASE(racing_repeats_are_stored_once_when_midnight_comes_at_any_moment) {
  in_every_order("aabbcc", [](const std::string& turns, const char* one_shot) {
    for (std::size_t midnight = 1; midnight < turns.size(); ++midnight) {
      Turns world(one_shot);
      for (std::size_t i = 0; i < turns.size(); ++i) {
        if (i == midnight) world.clock.time += 24h;
        world.take(turns[i]);
      }
      world.check(turns + ", midnight before turn " + std::to_string(midnight));
    }
  });
}

BOOST_AUTO_TEST_CASE(racing_repeats_are_stored_once_when_a_process_restarts_at_any_moment) {
  in_every_order("aabb", [](const std::string& turns, const char* one_shot) {
    for (const char restarted : {'a', 'b'})
      for (std::size_t restart = 1; restart < turns.size(); ++restart) {
        Turns world(one_shot);
        for (std::size_t i = 0; i < turns.size(); ++i) {
          if (i == restart) world.processes[restarted].reset();
          world.take(turns[i]);
        }
        world.check(turns + ", a restart");
      }
  });
}

BOOST_AUTO_TEST_CASE(racing_repeats_are_stored_once_when_the_file_is_renamed_at_any_moment) {
  in_every_order("aabb", [](const std::string& turns, const char* one_shot) {
    for (std::size_t renamed = 1; renamed < turns.size(); ++renamed) {
      Turns world(one_shot);
      for (std::size_t i = 0; i < turns.size(); ++i) {
        if (i == renamed) world.disk.move(world.file(), world.file() + ".1");
        world.take(turns[i]);
      }
      world.check(turns + ", a rename");
    }
  });
}

// The process that meets the fault reports failures; its messages come again in the last round.
BOOST_AUTO_TEST_CASE(nothing_is_lost_or_twice_when_any_commit_of_several_processes_fails) {
  in_every_order("aabbcc", [](const std::string& turns, const char* one_shot) {
    for (const Call::Kind kind : {Call::Kind::sync, Call::Kind::write, Call::Kind::read})
      for (std::size_t nth = 1; nth <= 4; ++nth) {
        Turns world(one_shot);
        world.disk.fail({.kind = kind, .nth = nth, .landed = 30});
        for (const char name : turns) world.take(name);
        world.disk.heal();
        std::set<int> acknowledged;
        for (const auto& [number, times] : world.stored)
          if (times > 0) acknowledged.insert(number);
        const std::string broken = broken_promise(world.disk.after_death(), world.options,
                                                  world.clock, {{1, 2, 3}, acknowledged});
        BOOST_TEST(broken == "", turns);
      }
  });
}

BOOST_FIXTURE_TEST_CASE(everything_but_waiting_is_done_under_the_lock, LogWorld) {
  const std::unique_ptr<Journal> first = start(), second = start();
  commit(*first, {1});
  clock.time += 24h;
  commit(*second, {2});
  disk.fail({.kind = Call::Kind::sync});
  commit(*first, {3});
  commit(*second, {3, 1});
  bool locked = false;
  for (const Call& call : disk.calls()) {
    const bool prepares =
        call.kind == Call::Kind::make_folder || call.kind == Call::Kind::look;  // of the folder
    if (call.kind == Call::Kind::lock) {
      locked = disk.exists(call.path);
    } else if (call.kind == Call::Kind::unlock) {
      locked = false;
    } else {
      BOOST_TEST((locked || prepares), to_text(call));
    }
  }
  BOOST_TEST(!locked);
}

BOOST_FIXTURE_TEST_CASE(a_repeat_of_what_another_process_wrote_needs_no_sync_of_ours, LogWorld) {
  const std::unique_ptr<Journal> first = start(), second = start();
  BOOST_TEST(commit(*second, {1}) == "stored");
  BOOST_TEST(commit(*first, {2}) == "stored");
  disk.clear_calls();
  BOOST_TEST(commit(*second, {2}) == "duplicate");
  BOOST_TEST(disk.steps() == (std::vector<std::string>{"lock /log", "unlock /log"}), per_element());
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_FIXTURE_TEST_CASE(what_another_process_wrote_and_could_not_sync_is_cut_not_trusted,
                        LogWorld) {
  const std::unique_ptr<Journal> first = start(), second = start();
  BOOST_TEST(commit(*first, {1}) == "stored");
  BOOST_TEST(commit(*second, {2}) == "stored");
  disk.fail({.kind = Call::Kind::sync});
  disk.fail({.kind = Call::Kind::truncate});
  BOOST_TEST(commit(*first, {3}) == "failed");
  BOOST_TEST(commit(*second, {3}) == "stored");
  disk.power_cut();
  BOOST_TEST(on_log() == (std::vector<int>{1, 2, 3}), per_element());
}

BOOST_FIXTURE_TEST_CASE(the_long_way_is_gone_once_not_for_every_commit, LogWorld) {
  const std::unique_ptr<Journal> first = start(), second = start();
  commit(*first, {1});
  commit(*second, {2});
  disk.clear_calls();
  for (int number = 3; number < 13; number += 2) {
    commit(*first, {number});
    commit(*second, {number + 1});
  }
  for (const Call& call : disk.calls()) BOOST_TEST(!(call.kind == Call::Kind::list));
  BOOST_TEST(on_log().size() == 12U);
}

BOOST_FIXTURE_TEST_CASE(a_process_for_one_message_reads_the_files_of_the_window_only, LogWorld) {
  for (int day = 0; day < 10; ++day) {
    commit(*start(), {day});
    clock.time += 24h;
  }
  const std::string new_file = file();
  disk.clear_calls();
  BOOST_TEST(commit(*start(Recall::search), {100}) == "stored");
  std::map<std::string, int> opened;
  for (const Call& call : disk.calls())
    if (call.kind == Call::Kind::open && call.path.ends_with(".jsonl")) ++opened[call.path];
  BOOST_TEST(opened.erase(new_file) == 1U);
  BOOST_REQUIRE(opened.size() == 4U);  // of 96 hours before this noon
  BOOST_TEST(opened.begin()->first == "/log/2026-11-30.jsonl");
  // And keeps nothing of what it read: the next message is looked for anew.
  const std::unique_ptr<Journal> searching = start(Recall::search);
  BOOST_TEST(commit(*searching, {101}) == "stored");
  BOOST_TEST(commit(*start(), {102}) == "stored");
  BOOST_TEST(commit(*searching, {102, 9, 3}) == "duplicate duplicate stored");
}

BOOST_AUTO_TEST_SUITE_END()
