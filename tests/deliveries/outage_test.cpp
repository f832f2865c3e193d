#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "deliveries/sending.h"
#include "deliveries/webhook.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using tools::Delivery;
using tools::RetrySchedule;

// The handler is away for a while. Vonage repeats by either of its schedules, in a fraction of
// their time, and the handler has it all when it is back.

namespace {

using ScheduleOf = RetrySchedule (*)(vonage::Kind);

// A minute is 100 ms.
RetrySchedule older(vonage::Kind kind) {
  return tools::faster(tools::every_minute(kind), 600);
}

// From 8 ms up to 1.5 s.
RetrySchedule newer(vonage::Kind) {
  return tools::faster(tools::doubling(), 600);
}

void check_schedule(const Delivery& delivery, const RetrySchedule& schedule) {
  const auto& attempts = delivery.attempts();
  for (std::size_t repeat = 1; repeat < attempts.size(); ++repeat) {
    const auto waited = attempts[repeat].begun - attempts[repeat - 1].ended;
    BOOST_TEST((waited >= tools::wait_before(schedule, repeat)), tools::report_of(delivery));
  }
}

void outlasts_an_outage(ScheduleOf schedule_of, tools::Form form) {
  std::vector<Delivery> deliveries;
  for (int i = 10; i < 15; ++i)
    for (const tools::Event& event : events_of_all_kinds("0C" + std::to_string(i)))
      deliveries.emplace_back(event, schedule_of(event.kind));
  const int count = int(deliveries.size());

  Webhook webhook;
  webhook.take_away();
  Sending sending(std::move(deliveries), webhook.route(form));
  BOOST_TEST(wait_until([&] { return sending.failed() >= 5 * count; }));
  webhook.bring_back();
  for (const Delivery& delivery : sending.wait()) {
    BOOST_TEST(delivery.attempts().size() >= 2U, tools::report_of(delivery));
    check_schedule(delivery, schedule_of(delivery.event().kind));
  }
  check_taken_and_logged_once(sending.wait(), webhook);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outage)

BOOST_AUTO_TEST_CASE(the_older_schedule_brings_everything_by_get) {
  outlasts_an_outage(older, tools::Form::get);
}

BOOST_AUTO_TEST_CASE(the_newer_schedule_brings_everything_by_get) {
  outlasts_an_outage(newer, tools::Form::get);
}

BOOST_AUTO_TEST_CASE(the_older_schedule_brings_everything_by_post) {
  outlasts_an_outage(older, tools::Form::post);
}

BOOST_AUTO_TEST_CASE(the_newer_schedule_brings_everything_by_post) {
  outlasts_an_outage(newer, tools::Form::post);
}

BOOST_AUTO_TEST_CASE(the_older_schedule_brings_everything_by_post_json) {
  outlasts_an_outage(older, tools::Form::post_json);
}

BOOST_AUTO_TEST_CASE(the_newer_schedule_brings_everything_by_post_json) {
  outlasts_an_outage(newer, tools::Form::post_json);
}

// One message every 30 seconds of a day, all of them at once.
BOOST_AUTO_TEST_CASE(the_backlog_of_a_day_is_taken_at_once) {
  constexpr int kBacklog = 24 * 60 * 2;
  std::vector<Delivery> deliveries;
  for (int i = 0; i < kBacklog; ++i)
    deliveries.emplace_back(tools::sms_events({.id = "0C" + std::to_string(10000 + i)}).front(),
                            kSoon);
  Webhook webhook;
  webhook.take_away();
  tools::Route route = webhook.route();
  route.connections = 32;
  Sending sending(std::move(deliveries), route);
  BOOST_TEST(wait_until([&] { return sending.failed() >= kBacklog; }));
  webhook.bring_back();
  const auto back = std::chrono::steady_clock::now();
  check_taken_and_logged_once(sending.wait(), webhook);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - back;
  std::cout << "a backlog of " << kBacklog << " messages was taken in " << took.count() << " s"
            << std::endl;
}

BOOST_AUTO_TEST_SUITE_END()
