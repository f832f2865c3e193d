#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <future>
#include <list>
#include <memory>

#include "web/gateway.h"

// No peer takes what the others need: memory, and the gateway's time.

using namespace inbound_sms::testing;
using inbound_sms::web::FastCgiLimits;

namespace {

constexpr std::size_t kMaxHeld = 1'000'000;
constexpr std::size_t kLarge = 200'000;  // one request of it holds up to twice as much

FastCgiLimits memory_limit() {
  FastCgiLimits limits;
  limits.max_held = kMaxHeld;
  return limits;
}

// A request that lacks its last record, with so many bytes of body.
std::string unfinished(std::size_t size) {
  std::string bytes = begin(1, true) + stream(kParams, 1, pairs(get("late"))) +
                      stream(kStdin, 1, std::string(size, 'x'));
  bytes.resize(bytes.size() - record(kStdin, 1, "").size());
  return bytes;
}

// Holds the gateway's thread up until it goes. What both threads touch outlives it.
class Pause {
 public:
  explicit Pause(Gateway& gateway) {
    const auto reached = std::make_shared<std::promise<void>>();
    gateway.post([reached, go = go_.get_future().share()] {
      reached->set_value();
      go.wait();
    });
    reached->get_future().wait();
  }
  ~Pause() { go_.set_value(); }

 private:
  std::promise<void> go_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(shares)

BOOST_AUTO_TEST_CASE(the_largest_request_goes_when_all_together_hold_too_much) {
  Gateway gateway(memory_limit());
  FastCgiClient small = gateway.connect();
  small.send(unfinished(100));
  std::list<FastCgiClient> large;
  for (int i = 0; i < 20; ++i) {
    large.push_back(gateway.connect());
    large.back().send(unfinished(kLarge - 1000 * i));
  }
  BOOST_TEST(gateway.reports("hold more memory than they may"));
  BOOST_TEST(large.front().closes());
  BOOST_TEST(gateway.serves());
  BOOST_TEST(!small.readable());
  small.send(record(kStdin, 1, ""));
  BOOST_TEST(small.answer().text() == "GET late 100\n");
  std::size_t open = 0;
  for (FastCgiClient& client : large) open += client.readable() ? 0 : 1;
  BOOST_TEST(open > 0);
  BOOST_TEST(open <= kMaxHeld / (kLarge - 20'000));
}

BOOST_AUTO_TEST_CASE(requests_in_hand_count_with_their_parameters) {
  Gateway gateway(memory_limit());
  const inbound_sms::testing::Params hold{{"REQUEST_METHOD", "GET"},
                                          {"QUERY_STRING", "hold"},
                                          {"CONTENT_TYPE", std::string(100'000, 'x')}};
  std::list<FastCgiClient> clients;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(gateway.connect());
    clients.back().send(request(1, hold, std::to_string(i), true));
    BOOST_TEST(gateway.application().wait_for(std::size_t(i) + 1));
  }
  BOOST_TEST(clients.front().closes());
  BOOST_TEST(!clients.back().readable());
  BOOST_TEST(gateway.serves());
  gateway.answer(gateway.application().held().at("11"), {200, "held"});
  BOOST_TEST(clients.back().answer().text() == "held\n");
}

BOOST_AUTO_TEST_CASE(memory_that_was_given_back_does_not_count) {
  Gateway gateway(memory_limit());
  FastCgiClient client = gateway.connect();
  for (int i = 0; i < 50; ++i) {
    client.send(unfinished(kLarge) + record(kStdin, 1, ""));
    BOOST_REQUIRE(client.answer().text() == "GET late " + std::to_string(kLarge) + "\n");
    FastCgiClient gone = gateway.connect();
    gone.send(unfinished(kLarge));
    gone.hang_up();
  }
}

BOOST_AUTO_TEST_CASE(one_request_of_those_sent_ahead_is_served_in_a_turn) {
  Gateway gateway;
  FastCgiClient greedy = gateway.connect();
  FastCgiClient modest = gateway.connect();
  greedy.send(request(1, get("hello"), "", true));
  modest.send(request(1, get("hello"), "", true));
  BOOST_TEST(greedy.answer().ended);
  BOOST_TEST(modest.answer().ended);
  std::string ahead;
  constexpr std::size_t kAhead = 400;
  for (std::size_t i = 0; i < kAhead; ++i) ahead += request(1, get("greedy"), "", true);
  {
    const Pause pause(gateway);
    greedy.send(ahead);
    modest.send(request(1, get("modest"), "", true));
  }
  for (std::size_t i = 0; i < kAhead; ++i) BOOST_REQUIRE(greedy.answer().ended);
  BOOST_TEST(modest.answer().ended);
  const std::vector<std::string> queries = gateway.application().queries();
  const auto served = std::find(queries.begin(), queries.end(), "modest");
  BOOST_TEST(std::count(queries.begin(), served, "greedy") <= 2);
}

BOOST_AUTO_TEST_SUITE_END()
