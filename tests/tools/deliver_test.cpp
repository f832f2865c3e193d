#include "tools/deliver.h"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::tools;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;

// Many events at once, sent to a receiver that a test makes up.

namespace {

constexpr RetrySchedule kEveryMillisecond{1ms, 1ms, 1min};

std::vector<Delivery> deliveries_of(int count, const RetrySchedule& schedule) {
  std::vector<Delivery> deliveries;
  for (int i = 0; i < count; ++i)
    deliveries.emplace_back(sms_events({.id = "0C" + std::to_string(100 + i)}).front(), schedule);
  return deliveries;
}

Route route_to(const Send& receiver, std::size_t connections = 4) {
  return {.url = "http://192.0.2.1/", .connections = connections, .connect = [receiver] {
            return receiver;
          }};
}

// Refuses each request so often before it takes it.
class Reluctant {
 public:
  explicit Reluctant(int refusals) : refusals_(refusals) {}

  Send send() {
    return [this](const InboundRequest& request) -> HttpAnswer {
      const std::lock_guard<std::mutex> guard(mutex_);
      // Without its time, which differs between the attempts.
      const int times = ++seen_[request.url.substr(0, request.url.find("&message-timestamp"))];
      return {times > refusals_ ? 204 : 503, ""};
    };
  }
  std::size_t seen() const { return seen_.size(); }

 private:
  const int refusals_;
  std::mutex mutex_;
  std::map<std::string, int> seen_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(deliver)

BOOST_AUTO_TEST_CASE(each_event_is_repeated_until_it_is_taken) {
  Reluctant receiver(3);
  auto deliveries = deliveries_of(50, kEveryMillisecond);
  tools::deliver(deliveries, route_to(receiver.send()));
  BOOST_TEST(receiver.seen() == 50U);
  for (const Delivery& delivery : deliveries) {
    BOOST_TEST(delivery.taken());
    BOOST_TEST(delivery.attempts().size() == 4U);
  }
}

// It is not known whether Vonage signs each attempt anew.
BOOST_AUTO_TEST_CASE(a_repeat_is_the_same_request_or_one_with_a_proof_of_its_own) {
  for (const RepeatedProof proof : {RepeatedProof::first, RepeatedProof::fresh}) {
    std::set<std::string> urls;
    auto deliveries = deliveries_of(1, kEveryMillisecond);
    Route route = route_to([&](const InboundRequest& request) -> HttpAnswer {
      urls.insert(request.url);
      return {deliveries[0].attempts().size() < 4 ? 503 : 204, ""};
    });
    route.signing = Signing{vonage::SignatureMethod::md5hash, "a secret for tests"};
    route.repeated_proof = proof;
    tools::deliver(deliveries, route);
    BOOST_TEST(urls.size() == (proof == RepeatedProof::first ? 1U : 5U));
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_nobody_takes_is_given_up) {
  Reluctant receiver(1'000'000);
  auto deliveries = deliveries_of(2, {10ms, 10ms, 1s});
  tools::deliver(deliveries, route_to(receiver.send()));
  for (const Delivery& delivery : deliveries) {
    BOOST_TEST(!delivery.taken());
    BOOST_TEST(delivery.attempts().size() >= 2U);
    BOOST_TEST((delivery.attempts().back().begun < kHang));
  }
}

BOOST_AUTO_TEST_CASE(no_attempt_begins_before_it_is_due) {
  Reluctant receiver(4);
  auto deliveries = deliveries_of(5, {5ms, 40ms, 1min});
  deliveries.emplace_back(sms_events({.id = "0C99"}).front(), kEveryMillisecond, Moment(50ms));
  tools::deliver(deliveries, route_to(receiver.send()));
  for (const Delivery& delivery : deliveries) {
    const auto& attempts = delivery.attempts();
    BOOST_REQUIRE_EQUAL(attempts.size(), 5);
    for (std::size_t repeat = 1; repeat < attempts.size(); ++repeat) {
      const auto& schedule =
          delivery.event().id == "0C99" ? kEveryMillisecond : RetrySchedule{5ms, 40ms, 1min};
      const auto waited = attempts[repeat].begun - attempts[repeat - 1].ended;
      BOOST_TEST((waited >= wait_before(schedule, repeat)));
    }
  }
  BOOST_TEST((deliveries.back().attempts().front().begun >= 50ms));
}

BOOST_AUTO_TEST_CASE(one_event_that_waits_holds_up_no_other) {
  std::atomic<int> others = 0;
  const Send receiver = [&](const InboundRequest& request) -> HttpAnswer {
    const bool first = request.url.find("0C100") != request.url.npos;
    if (!first) ++others;
    return {first && others < 9 ? 503 : 204, ""};
  };
  auto deliveries = deliveries_of(10, {20ms, 20ms, 1min});
  tools::deliver(deliveries, route_to(receiver, 1));
  BOOST_TEST(deliveries[0].attempts().size() >= 2U);
  for (const Delivery& delivery : deliveries) BOOST_TEST(delivery.taken());
}

BOOST_AUTO_TEST_CASE(so_many_attempts_are_made_at_the_same_time_and_no_more) {
  std::atomic<int> under_way = 0, most = 0;
  const Send receiver = [&](const InboundRequest&) -> HttpAnswer {
    const int now = ++under_way;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
    wait_until([&] { return most >= 4; });
    --under_way;
    return {204, ""};
  };
  std::atomic<int> connections = 0;
  const Route route{.url = "http://192.0.2.1/", .connections = 4, .connect = [&] {
                      ++connections;
                      return receiver;
                    }};
  auto deliveries = deliveries_of(8, kEveryMillisecond);
  tools::deliver(deliveries, route);
  BOOST_TEST(most == 4);
  BOOST_TEST(connections == 4);
}

BOOST_AUTO_TEST_CASE(each_attempt_has_a_message_timestamp_of_its_own) {
  std::map<std::string, int> pushed;
  const Send receiver = [&](const InboundRequest& request) -> HttpAnswer {
    ++pushed[request.url.substr(request.url.find("message-timestamp"))];
    return {pushed.size() > 1 ? 204 : 503, ""};
  };
  auto deliveries = deliveries_of(1, {100ms, 100ms, 1min});
  tools::deliver(deliveries, route_to(receiver));
  BOOST_TEST(pushed.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_caller_is_told_of_each_as_it_ends) {
  Reluctant receiver(1);
  std::map<std::string, int> told;
  auto deliveries = deliveries_of(20, kEveryMillisecond);
  tools::deliver(deliveries, route_to(receiver.send()), [&](const Delivery& delivery) {
    BOOST_TEST(delivery.taken());
    ++told[delivery.event().id];
  });
  BOOST_TEST(told.size() == 20U);
  BOOST_TEST(
      std::all_of(told.begin(), told.end(), [](const auto& times) { return times.second == 1; }));
}

BOOST_AUTO_TEST_CASE(a_connection_that_cannot_be_had_is_thrown_to_the_caller) {
  auto deliveries = deliveries_of(2, kEveryMillisecond);
  const Route route{.url = "http://192.0.2.1/",
                    .connect = []() -> Send { throw std::runtime_error("none"); }};
  BOOST_CHECK_THROW(tools::deliver(deliveries, route), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
