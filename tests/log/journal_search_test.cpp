#include <boost/test/unit_test.hpp>

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono_literals;

// A process for one message, which searches the files and keeps nothing.

namespace {

struct SearchedLog : RunningLog {
  std::string search_for(const std::vector<int>& numbers) {
    return commit(*start(Recall::search), numbers);
  }

  // Of message 1; its key stays.
  void damage_first_line() {
    std::string bytes = disk.bytes(kFile);
    const std::string id = "\"messageId\":\"1\"";
    disk.put(kFile, bytes.replace(bytes.find(id), id.size(), "\"messageId\":\"9\""));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journal_search, SearchedLog)

BOOST_AUTO_TEST_CASE(a_message_whose_line_was_changed_is_stored_again) {
  BOOST_TEST(commit(*journal, {2}) == "stored");
  damage_first_line();
  BOOST_TEST(search_for({2}) == "duplicate");
  BOOST_TEST(search_for({1}) == "stored");
  BOOST_TEST(search_for({1}) == "duplicate");
}

BOOST_AUTO_TEST_CASE(a_repeat_is_found_to_the_last_microsecond_of_the_window) {
  clock.time += options.remember;
  BOOST_TEST(search_for({1}) == "duplicate");
  clock.time += 1us;
  BOOST_TEST(search_for({1}) == "stored");
}

BOOST_AUTO_TEST_CASE(a_repeat_is_found_as_far_when_the_clock_was_set_back) {
  clock.time -= options.remember;
  BOOST_TEST(search_for({1}) == "duplicate");
  clock.time -= 1us;
  BOOST_TEST(search_for({1}) == "stored");
}

BOOST_AUTO_TEST_CASE(each_record_of_a_batch_is_searched_for) {
  BOOST_TEST(commit(*journal, {2, 3}) == "stored stored");
  BOOST_TEST(search_for({4, 3, 1, 5, 2}) == "stored duplicate duplicate stored duplicate");

  Record without_key = message(6, clock.time);
  without_key.key.reset();
  const std::vector<Record> batch = {without_key, message(2, clock.time)};
  const std::vector<Outcome> expected = {Outcome::stored, Outcome::duplicate};
  BOOST_TEST((start(Recall::search)->commit(batch) == expected));
}

// Should it live on for another one after all.
BOOST_AUTO_TEST_CASE(a_second_commit_relies_on_nothing_of_the_first) {
  const std::unique_ptr<Journal> searching = start(Recall::search);
  BOOST_TEST(commit(*searching, {2}) == "stored");
  BOOST_TEST(commit(*searching, {1}) == "duplicate");
  BOOST_TEST(commit(*journal, {3}) == "stored");
  BOOST_TEST(commit(*searching, {3, 2}) == "duplicate duplicate");
  clock.time += options.remember + 1us;
  BOOST_TEST(commit(*searching, {3}) == "stored");
}

BOOST_AUTO_TEST_CASE(what_a_first_commit_found_and_is_damaged_since_is_stored_again) {
  BOOST_TEST(commit(*journal, {2}) == "stored");
  const std::unique_ptr<Journal> searching = start(Recall::search);
  BOOST_TEST(commit(*searching, {1}) == "duplicate");
  damage_first_line();
  BOOST_TEST(commit(*searching, {1}) == "stored");
}

BOOST_AUTO_TEST_SUITE_END()
