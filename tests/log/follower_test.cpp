#include "log/follower.h"

#include <boost/test/unit_test.hpp>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

namespace {

const std::string kFile = "/log/2026-11-24.jsonl";
using Numbers = std::vector<int>;

int number_of(const std::string& line) {
  const std::string id = "\"messageId\":\"";
  const std::size_t at = line.find(id);
  return at == std::string::npos ? -1 : std::stoi(line.substr(at + id.size()));
}

struct FollowedLog : LogWorld {
  std::unique_ptr<Journal> journal = start();
  Follower follower{disk, options.pattern};

  Numbers next() {
    for (Numbers numbers;;) {
      const Result<std::vector<std::string>> lines = follower.next();
      BOOST_REQUIRE_MESSAGE(bool(lines), (lines ? "" : lines.error().text));
      if (lines->empty()) return numbers;
      for (const std::string& line : *lines) numbers.push_back(number_of(line));
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(follower, FollowedLog)

BOOST_AUTO_TEST_CASE(a_log_that_is_not_there_yet_has_no_lines) {
  BOOST_TEST(next().empty());
  commit(*journal, {1});
  BOOST_TEST(next() == Numbers{1}, per_element());
}

BOOST_AUTO_TEST_CASE(every_line_comes_once_whole_and_in_order) {
  commit(*journal, {1, 2});
  const Result<std::vector<std::string>> lines = follower.next();
  BOOST_REQUIRE(bool(lines));
  BOOST_TEST((*lines)[0] + "\n" + (*lines)[1] + "\n" == disk.bytes(kFile));
  BOOST_TEST(next().empty());
  commit(*journal, {3});
  BOOST_TEST(next() == Numbers{3}, per_element());
}

BOOST_AUTO_TEST_CASE(it_begins_at_the_oldest_file) {
  commit(*journal, {1});
  clock.time += 24h;
  commit(*journal, {2});
  BOOST_TEST(next() == (Numbers{1, 2}), per_element());
}

BOOST_AUTO_TEST_CASE(it_goes_on_across_the_change_of_file) {
  commit(*journal, {1});
  BOOST_TEST(next() == Numbers{1}, per_element());
  commit(*journal, {2});
  clock.time += 24h;
  commit(*journal, {3});
  clock.time += 24h;
  commit(*journal, {4});
  BOOST_TEST(next() == (Numbers{2, 3, 4}), per_element());
}

BOOST_AUTO_TEST_CASE(it_goes_on_across_a_rename) {
  commit(*journal, {1});
  BOOST_TEST(next() == Numbers{1}, per_element());
  commit(*journal, {2});
  disk.move(kFile, kFile + ".1");
  BOOST_TEST(next() == Numbers{2}, per_element());
  commit(*journal, {3});
  BOOST_TEST(next() == Numbers{3}, per_element());
  disk.move(kFile + ".1", kFile + ".2");
  disk.move(kFile, kFile + ".1");
  commit(*journal, {4});
  BOOST_TEST(next() == Numbers{4}, per_element());
}

BOOST_AUTO_TEST_CASE(it_goes_on_when_files_are_removed_or_compressed) {
  commit(*journal, {1});
  BOOST_TEST(next() == Numbers{1}, per_element());
  clock.time += 24h;
  commit(*journal, {2});
  BOOST_TEST(next() == Numbers{2}, per_element());
  disk.move(kFile, kFile + ".gz");
  disk.remove(file());
  BOOST_TEST(next().empty());
  commit(*journal, {3});
  BOOST_TEST(next() == Numbers{3}, per_element());
}

BOOST_AUTO_TEST_CASE(a_new_file_with_the_number_of_the_removed_one_is_read_from_its_start) {
  disk.reuse_inodes();
  commit(*journal, {1});
  BOOST_TEST(next() == Numbers{1}, per_element());
  journal.reset();
  disk.remove(kFile);
  BOOST_TEST(next().empty());
  journal = start();
  commit(*journal, {2, 3});
  BOOST_TEST(next() == (Numbers{2, 3}), per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_became_shorter_is_not_shown_again) {
  commit(*journal, {1, 2});
  disk.remove("/log/.synced");
  const std::string whole = disk.bytes(file());
  disk.put(file(), whole + "what a power cut left\n");
  BOOST_TEST(bool(follower.next()));  // until the log is opened again it counts as a line
  disk.put(file(), whole);
  BOOST_TEST(next().empty());
  commit(*start(), {3});
  BOOST_TEST(next() == Numbers{3}, per_element());
}

BOOST_AUTO_TEST_CASE(a_file_replaced_unseen_by_one_with_its_number_is_read_from_its_start) {
  disk.reuse_inodes();
  commit(*journal, {1, 2, 3});
  BOOST_TEST(next().size() == 3U);
  journal.reset();
  disk.remove(kFile);
  journal = start();
  commit(*journal, {4});
  BOOST_TEST(next() == Numbers{4}, per_element());
}

BOOST_AUTO_TEST_CASE(it_stops_at_the_synced_length) {
  commit(*journal, {1});
  disk.fail({.kind = Call::Kind::sync, .number = Fault::kProcessDies});
  BOOST_CHECK_THROW(commit(*journal, {2}), ProcessDied);
  journal.reset();
  BOOST_TEST(next() == Numbers{1}, per_element());
  journal = start();
  commit(*journal, {3});
  BOOST_TEST(next() == Numbers{3}, per_element());
}

BOOST_AUTO_TEST_CASE(without_a_mark_it_stops_at_the_last_whole_line) {
  commit(*journal, {1, 2});
  const std::string bytes = disk.bytes(kFile);
  for (const char* mark : {"", "nonsense\n"}) {
    disk.put("/log/.synced", mark);
    disk.put(kFile, bytes + "half a li");
    Follower other(disk, options.pattern);
    BOOST_TEST(other.next()->size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(a_mark_of_another_boot_does_not_hold_it_back) {
  commit(*journal, {1});
  disk.fail({.kind = Call::Kind::write, .path = "/log/.synced", .number = Fault::kProcessDies});
  BOOST_CHECK_THROW(commit(*journal, {2}), ProcessDied);
  disk.sync_everything();
  disk.power_cut();
  BOOST_TEST(next() == (Numbers{1, 2}), per_element());
}

BOOST_AUTO_TEST_CASE(the_last_lines_can_be_asked_for) {
  commit(*journal, {1, 2, 3});
  clock.time += 24h;
  commit(*journal, {4, 5});
  const auto last = [&](std::size_t keep) {
    Follower other(disk, options.pattern);
    BOOST_REQUIRE(bool(other.skip_to_end(keep)));
    Numbers numbers;
    const auto given = other.next();
    for (const std::string& line : *given) numbers.push_back(number_of(line));
    BOOST_TEST(other.next()->empty());
    return numbers;
  };
  BOOST_TEST(last(0).empty());
  BOOST_TEST(last(1) == Numbers{5}, per_element());
  BOOST_TEST(last(2) == (Numbers{4, 5}), per_element());
  BOOST_TEST(last(4) == (Numbers{2, 3, 4, 5}), per_element());
  BOOST_TEST(last(100) == (Numbers{1, 2, 3, 4, 5}), per_element());
}

BOOST_AUTO_TEST_CASE(after_the_last_lines_come_the_new_ones) {
  BOOST_TEST(bool(follower.skip_to_end(3)));
  commit(*journal, {1, 2});
  BOOST_TEST(bool(follower.skip_to_end(1)));
  commit(*journal, {3});
  clock.time += 24h;
  commit(*journal, {4});
  BOOST_TEST(next() == (Numbers{2, 3, 4}), per_element());
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_loses_no_line_and_repeats_none) {
  for (std::size_t nth = 1;; ++nth) {
    FollowedLog world;
    world.commit(*world.journal, {1, 2});
    world.clock.time += 24h;
    world.commit(*world.journal, {3});
    BOOST_REQUIRE(bool(world.follower.skip_to_end(2)));
    for (const int number : {4, 5}) {
      world.commit(*world.journal, {number});
      world.clock.time += 24h;
    }
    world.disk.clear_calls();
    world.disk.fail({.nth = nth});
    Numbers given;
    for (int attempt = 0; attempt < 8; ++attempt)
      if (const auto lines = world.follower.next())
        for (const std::string& line : *lines) given.push_back(number_of(line));
    BOOST_TEST(given == (Numbers{2, 3, 4, 5}), "call " << nth);
    if (world.disk.calls().size() < nth) break;
  }
}

// A follower looks at the log between any two calls of commits that fail in every way.
BOOST_AUTO_TEST_CASE(no_line_that_it_has_given_is_ever_taken_back) {
  for (std::size_t nth = 1; nth <= 60; ++nth)
    for (const std::size_t landed : {std::size_t(0), std::size_t(70), kAllBytes}) {
      FollowedLog world;
      Numbers given;
      world.disk.between_calls = [&] {
        if (const auto lines = world.follower.next())
          for (const std::string& line : *lines) given.push_back(number_of(line));
      };
      world.disk.fail({.nth = nth, .times = 1 + nth % 2, .landed = landed});
      for (int number = 1; number <= 4; ++number) {
        if (number == 3) world.clock.time += 24h;
        world.commit(*world.journal, {10 * number, 10 * number + 1});
        world.commit(*world.journal, {10 * number + 1, 10 * number});
      }
      world.disk.between_calls();
      BOOST_TEST((given == world.on_log()), "call " << nth << ", " << landed << " bytes landed");
    }
}

BOOST_AUTO_TEST_SUITE_END()
