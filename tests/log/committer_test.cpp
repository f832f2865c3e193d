#include "log/committer.h"

#include <poll.h>

#include <boost/test/unit_test.hpp>
#include <future>
#include <map>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;

namespace {

constexpr int kHang = 60'000;  // milliseconds that only a fault takes

// A store that tells what it was given and waits in a commit until it is let go.
class SlowStore {
 public:
  Store store() {
    return [this](std::span<const Record> batch) {
      if (batch.empty()) return std::vector<Outcome>();  // asked to make ready
      std::unique_lock<std::mutex> lock(mutex_);
      batches_.push_back(batch.size());
      in_commit_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      in_commit_ = false;
      std::vector<Outcome> outcomes;
      for (const Record& record : batch) outcomes.push_back(Outcome(std::stoi(record.body) % 3));
      return outcomes;
    };
  }

  void hold() { set_held(true); }
  void let_go() { set_held(false); }

  void wait_for_commit() {
    std::unique_lock<std::mutex> lock(mutex_);
    BOOST_REQUIRE(
        changed_.wait_for(lock, std::chrono::milliseconds(kHang), [this] { return in_commit_; }));
  }

  std::vector<std::size_t> batches() {
    const std::lock_guard<std::mutex> guard(mutex_);
    return batches_;
  }

 private:
  void set_held(bool held) {
    const std::lock_guard<std::mutex> guard(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false, in_commit_ = false;
  std::vector<std::size_t> batches_;
};

// Its body is its number.
Record record(int number) {
  return {Time{}, std::nullopt, std::to_string(number)};
}

bool is_readable(int fd, int timeout) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, timeout) == 1;
}

// Takes until so many outcomes have come.
std::map<std::uint64_t, Outcome> take(Committer& committer, std::size_t count) {
  std::map<std::uint64_t, Outcome> outcomes;
  while (outcomes.size() < count) {
    BOOST_REQUIRE(is_readable(committer.descriptor(), kHang));
    for (const Committer::Done& done : committer.take())
      BOOST_TEST(outcomes.emplace(done.ticket, done.outcome).second);
  }
  return outcomes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(committer)

BOOST_AUTO_TEST_CASE(every_ticket_gets_the_outcome_of_its_own_record) {
  SlowStore store;
  Committer committer(store.store());
  for (int number = 0; number < 300; ++number)
    BOOST_TEST(committer.submit(std::uint64_t(1000 - number), record(number)));
  const auto outcomes = take(committer, 300);
  for (int number = 0; number < 300; ++number)
    BOOST_TEST((outcomes.at(std::uint64_t(1000 - number)) == Outcome(number % 3)), number);
}

BOOST_AUTO_TEST_CASE(the_store_is_asked_to_make_ready_before_the_first_record) {
  std::promise<std::size_t> asked;
  bool first = true;  // used by the committer's thread alone
  Committer committer([&](std::span<const Record> batch) {
    if (std::exchange(first, false)) asked.set_value(batch.size());
    return std::vector<Outcome>(batch.size());
  });
  std::future<std::size_t> size = asked.get_future();
  BOOST_REQUIRE((size.wait_for(std::chrono::milliseconds(kHang)) == std::future_status::ready));
  BOOST_TEST(size.get() == 0U);
}

BOOST_AUTO_TEST_CASE(records_that_arrive_during_a_commit_form_the_next_batch) {
  SlowStore store;
  store.hold();
  Committer committer(store.store());
  committer.submit(0, record(0));
  store.wait_for_commit();
  for (int number = 1; number <= 7; ++number)
    committer.submit(std::uint64_t(number), record(number));
  store.let_go();
  take(committer, 8);
  BOOST_TEST(store.batches() == (std::vector<std::size_t>{1, 7}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_records_than_may_wait_are_refused_at_once) {
  SlowStore store;
  store.hold();
  Committer committer(store.store(), {.records = 3, .bytes = 1000});
  BOOST_TEST(committer.submit(1, record(1)));
  store.wait_for_commit();
  BOOST_TEST(committer.submit(2, record(2)));
  BOOST_TEST(committer.submit(3, record(3)));
  BOOST_TEST(!committer.submit(4, record(4)));
  store.let_go();
  take(committer, 3);
  BOOST_TEST(committer.submit(5, record(5)));
  take(committer, 1);
}

BOOST_AUTO_TEST_CASE(more_bytes_than_may_wait_are_refused_at_once) {
  SlowStore store;
  store.hold();
  Committer committer(store.store(), {.records = 1000, .bytes = 6});
  BOOST_TEST(committer.submit(1, record(1000)));
  BOOST_TEST(!committer.submit(2, record(100)));
  BOOST_TEST(committer.submit(3, record(10)));
  BOOST_TEST(!committer.submit(4, record(1)));
  store.let_go();
  take(committer, 2);
  BOOST_TEST(committer.submit(5, record(100000)));
  take(committer, 1);
}

BOOST_AUTO_TEST_CASE(the_descriptor_is_readable_exactly_while_there_are_outcomes) {
  SlowStore store;
  store.hold();
  Committer committer(store.store());
  BOOST_TEST(!is_readable(committer.descriptor(), 0));
  committer.submit(1, record(1));
  store.wait_for_commit();
  BOOST_TEST(!is_readable(committer.descriptor(), 0));
  BOOST_TEST(committer.take().empty());
  store.let_go();
  BOOST_TEST(is_readable(committer.descriptor(), kHang));
  BOOST_TEST(committer.take().size() == 1U);
  BOOST_TEST(!is_readable(committer.descriptor(), 0));
  BOOST_TEST(committer.take().empty());
}

BOOST_AUTO_TEST_CASE(it_is_busy_until_every_record_has_its_outcome) {
  SlowStore store;
  store.hold();
  Committer committer(store.store());
  BOOST_TEST(!committer.busy());
  committer.submit(1, record(1));
  BOOST_TEST(committer.busy());
  store.wait_for_commit();
  BOOST_TEST(committer.busy());
  store.let_go();
  take(committer, 1);
  BOOST_TEST(!committer.busy());
}

BOOST_AUTO_TEST_CASE(its_end_commits_what_still_waits) {
  SlowStore store;
  {
    store.hold();
    Committer committer(store.store());
    committer.submit(0, record(0));
    store.wait_for_commit();
    for (int number = 1; number <= 5; ++number)
      committer.submit(std::uint64_t(number), record(number));
    store.let_go();
  }
  BOOST_TEST(store.batches() == (std::vector<std::size_t>{1, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_threads_may_submit_and_take_at_once) {
  SlowStore store;
  Committer committer(store.store());
  std::vector<std::thread> threads;
  std::atomic<std::size_t> refused = 0;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 250; ++i)
        refused += !committer.submit(std::uint64_t(thread * 250 + i), record(i));
    });
  const auto outcomes = take(committer, 1000);
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(refused == 0U);
  for (const auto& [ticket, outcome] : outcomes)
    BOOST_TEST((outcome == Outcome(int(ticket % 250) % 3)), ticket);
}

BOOST_FIXTURE_TEST_CASE(with_a_journal_behind_it_messages_are_on_the_log_once, LogWorld) {
  const std::unique_ptr<Journal> journal = start();
  {
    Committer committer([&](std::span<const Record> batch) { return journal->commit(batch); });
    for (int i = 0; i < 200; ++i) committer.submit(std::uint64_t(i), message(i % 100, clock.time));
    const auto outcomes = take(committer, 200);
    std::size_t stored = 0;
    for (const auto& [ticket, outcome] : outcomes) stored += outcome == Outcome::stored;
    BOOST_TEST(stored == 100U);
  }
  BOOST_TEST(on_log().size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
