#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;
using boost::test_tools::per_element;

// The rejected log is a journal of its own: the same bytes within an hour are the same record.

namespace {

struct RejectedLog : LogWorld {
  RejectedLog() : LogWorld("/log/rejected/%Y-%m-%d.jsonl") {
    options.key_of = rejected_key;
    options.remember = 1h;
  }

  Record rejection(std::string_view body, std::string_view remote, Durability durability) const {
    RejectedRecord rejected;
    rejected.received = clock.time;
    rejected.reason = "not one JSON object";
    rejected.status = 400;
    rejected.method = "POST";
    rejected.content_type = "application/json";
    rejected.remote = remote;
    rejected.body = body;
    Record record = to_record(rejected);
    record.durability = durability;
    return record;
  }

  Outcome reject(Journal& journal, std::string_view body, std::string_view remote = "192.0.2.1",
                 Durability durability = Durability::synced) {
    const Record record = rejection(body, remote, durability);
    return journal.commit({&record, 1}).front();
  }

  // A request that is asked for again whatever becomes of its record.
  Outcome reject_loosely(Journal& journal, std::string_view body) {
    return reject(journal, body, "192.0.2.1", Durability::written);
  }

  std::size_t file_syncs() const {
    return std::size_t(
        std::count_if(disk.calls().begin(), disk.calls().end(),
                      [](const Call& call) { return call.kind == Call::Kind::sync; }));
  }
};

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Outcome)

BOOST_FIXTURE_TEST_SUITE(rejected, RejectedLog)

BOOST_AUTO_TEST_CASE(the_same_bytes_within_an_hour_are_not_written_again) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(reject(*journal, "{]") == Outcome::stored);
  clock.time += 1h;
  BOOST_TEST(reject(*journal, "{]", "192.0.2.99") == Outcome::duplicate);
  BOOST_TEST(reject(*start(), "{]") == Outcome::duplicate);
  BOOST_TEST(reject(*journal, "{}]") == Outcome::stored);
  clock.time += 1us;
  BOOST_TEST(reject(*start(), "{]") == Outcome::stored);
}

// A search looks for the end of the body: in a short one that must not reach to who sent it.
BOOST_AUTO_TEST_CASE(the_same_bytes_are_found_by_a_search_however_few_and_whoever_sent_them) {
  options.recall = Recall::search;
  for (const char* body : {"", "a", "{]", "{}]"}) {
    BOOST_TEST(reject(*start(), body) == Outcome::stored, body);
    BOOST_TEST(reject(*start(), body) == Outcome::duplicate, body);
    BOOST_TEST(reject(*start(), body, "2001:db8::77") == Outcome::duplicate, body);
  }
  clock.time += 1h;
  BOOST_TEST(reject(*start(), "", "192.0.2.99") == Outcome::duplicate);
  clock.time += 1us;
  BOOST_TEST(reject(*start(), "") == Outcome::stored);
}

BOOST_AUTO_TEST_CASE(a_rejection_is_kept_before_its_answer) {
  BOOST_TEST(reject(*start(), "{]") == Outcome::stored);
  disk.power_cut();
  BOOST_TEST(disk.names("/log/rejected") == std::vector<std::string>{"2026-11-24.jsonl"},
             per_element());
  BOOST_TEST(disk.bytes(file()).find("\"body\":\"e10=\",\"crc\":\"") != std::string::npos);
  BOOST_TEST(content_of(disk, options.pattern).faults.empty());
}

BOOST_AUTO_TEST_CASE(what_nobody_relies_on_is_written_and_not_synced) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(reject(*journal, "{]") == Outcome::stored);
  disk.clear_calls();
  BOOST_TEST(reject_loosely(*journal, "a") == Outcome::stored);
  BOOST_TEST(reject_loosely(*journal, "a") == Outcome::duplicate);
  BOOST_TEST(reject_loosely(*start(), "b") == Outcome::stored);
  BOOST_TEST(file_syncs() == 0U);
  BOOST_TEST(content_of(disk, options.pattern).lines.size() == 3U);
  BOOST_TEST(content_of(disk, options.pattern).faults.empty());
}

BOOST_AUTO_TEST_CASE(a_rejection_behind_it_is_synced_with_it) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(reject_loosely(*journal, "a") == Outcome::stored);
  BOOST_TEST(reject(*journal, "{]") == Outcome::stored);
  disk.power_cut();
  BOOST_TEST(content_of(disk, options.pattern).lines.size() == 2U);
  BOOST_TEST(content_of(disk, options.pattern).faults.empty());
}

BOOST_AUTO_TEST_CASE(one_that_is_to_be_synced_is_enough_for_a_batch) {
  const Record batch[] = {rejection("{]", "192.0.2.1", Durability::synced),
                          rejection("a", "192.0.2.1", Durability::written)};
  BOOST_TEST((start()->commit(batch) == std::vector<Outcome>(2, Outcome::stored)));
  disk.power_cut();
  BOOST_TEST(content_of(disk, options.pattern).lines.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_power_cut_takes_what_was_not_synced_and_nothing_else) {
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(reject(*journal, "{]") == Outcome::stored);
  BOOST_TEST(reject_loosely(*journal, "a") == Outcome::stored);
  disk.power_cut();
  BOOST_TEST(reject(*start(), "b") == Outcome::stored);
  const LogContent content = content_of(disk, options.pattern);
  BOOST_TEST(content.lines.size() == 2U);
  BOOST_TEST(content.faults.empty());
  BOOST_TEST(reject(*start(), "{]") == Outcome::duplicate);
}

BOOST_AUTO_TEST_CASE(a_flood_of_garbage_cannot_fill_the_disk) {
  options.max_bytes = 20000;
  const std::unique_ptr<Journal> journal = start();
  std::size_t failed = 0;
  for (int i = 0; i < 1000; ++i) {
    clock.time += 10min;  // over several days, so over several files
    failed += reject(*journal, std::to_string(i)) == Outcome::failed;
  }
  BOOST_TEST(failed > 800U);
  std::size_t bytes = 0;
  for (const std::string& name : disk.names("/log/rejected"))
    if (name != ".synced") bytes += disk.bytes("/log/rejected/" + name).size();
  BOOST_TEST(bytes <= 20000U);
  BOOST_TEST(bytes > 19000U);
  BOOST_TEST(reports.size() == 1U);
}

BOOST_AUTO_TEST_CASE(it_is_a_log_beside_that_of_the_messages) {
  LogWorld messages;
  Journal rejections(options, messages.disk, clock, [](std::string_view) {});
  const std::unique_ptr<Journal> journal = messages.start();
  BOOST_TEST(messages.commit(*journal, {1}) == "stored");
  BOOST_TEST(reject(rejections, "{]") == Outcome::stored);
  BOOST_TEST(messages.commit(*journal, {2, 1}) == "stored duplicate");
  BOOST_TEST(messages.on_log() == (std::vector<int>{1, 2}), per_element());
}

BOOST_AUTO_TEST_SUITE_END()
