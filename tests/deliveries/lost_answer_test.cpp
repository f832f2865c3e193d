#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "deliveries/sending.h"
#include "deliveries/webhook.h"
#include "support/slow_disk.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using tools::Delivery;

// The message is stored, but Vonage has left before the answer arrives: it delivers it again.

namespace {

std::vector<Delivery> deliveries_of(int count) {
  std::vector<Delivery> deliveries;
  for (int i = 0; i < count; ++i)
    deliveries.emplace_back(tools::sms_events({.id = "0C" + std::to_string(100 + i)}).front(),
                            kSoon);
  return deliveries;
}

// Leaves after 1, 2, 4 ... 1024 ms, by chance.
tools::Send impatient_connection() {
  return [random =
              std::mt19937(std::random_device()())](const tools::InboundRequest& request) mutable {
    const std::chrono::milliseconds patience(1 << std::uniform_int_distribution(0, 10)(random));
    return tools::HttpConnection({.answer = patience}).send(request);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lost_answer)

BOOST_AUTO_TEST_CASE(what_was_stored_too_late_for_its_answer_is_acknowledged_when_it_comes_again,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  Webhook webhook(slow_sync(1000), traced());
  auto deliveries = deliveries_of(8);
  tools::Route route = webhook.route(tools::Form::post);
  route.limits.answer = 200ms;
  tools::deliver(deliveries, route);
  for (const Delivery& delivery : deliveries)
    BOOST_TEST(delivery.attempts().front().answer.status == 0, tools::report_of(delivery));
  check_taken_and_logged_once(deliveries, webhook);
  BOOST_TEST(webhook.repeats() >= 8);
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_at_any_instant_finds_its_message_stored_once) {
  Webhook webhook;
  auto deliveries = deliveries_of(300);
  tools::Route route = webhook.route(tools::Form::post_json);
  route.connect = impatient_connection;
  tools::deliver(deliveries, route);
  check_taken_and_logged_once(deliveries, webhook);
  BOOST_TEST(webhook.repeats() > 0);  // some were stored and left
}

BOOST_AUTO_TEST_SUITE_END()
