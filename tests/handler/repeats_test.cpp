#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "handler/world.h"
#include "tools/delivery.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using log::Recall;
using tools::Delivery;
using tools::Event;
using tools::Form;
using tools::Moment;

// The handler's inside, from the request to a real log, under a clock that the test moves: what
// Vonage delivers again is acknowledged again, and is on the log once.

namespace {

Event new_message(std::size_t number) {
  return tools::sms_events({.id = "0C" + std::to_string(100 + number)}).front();
}

// Both ways to remember, in a process that goes on and in one that was started anew in between.
void in_each_world(Time begin, const std::function<void(World&, bool restart)>& test) {
  for (const Recall recall : {Recall::memory, Recall::search})
    for (const bool restart : {false, true}) {
      World world(recall, begin);
      test(world, restart);
    }
}

// At each of these times of a clock that jumps: a new message, and all former ones again.
void stores_once(const std::vector<Time>& times, std::size_t files) {
  in_each_world(times.front(), [&](World& world, bool restart) {
    std::map<std::string, int> once;
    std::vector<Event> events;
    for (const Time time : times) {
      world.clock.set(time);
      if (restart) world.restart();
      events.push_back(new_message(events.size()));
      once[events.back().id] = 1;
      for (const Event& event : events) BOOST_TEST(world.deliver(event, Form::post) == 204);
      BOOST_TEST((world.logged() == once), to_iso(time));
    }
    BOOST_TEST(world.files() == files);
  });
}

Time day(int hour, int minute = 0, int second = 0) {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// Every answer was lost: when the last attempt that this schedule knows is made.
Moment last_attempt(const Event& event, const tools::RetrySchedule& schedule) {
  Delivery delivery(event, schedule);
  while (const auto due = delivery.due())
    delivery.attempted({*due, *due + tools::HttpLimits().answer, {0, "timed out"}});
  return delivery.attempts().back().begun;
}

void last_repeat_is_recognised(const Event& event, const tools::RetrySchedule& schedule) {
  const Moment last = last_attempt(event, schedule);
  BOOST_TEST((last > schedule.end - schedule.longest - 15s));
  in_each_world(day(12), [&](World& world, bool restart) {
    BOOST_TEST(world.deliver(event, Form::post_json) == 204);
    world.clock.set(day(12) + last);
    if (restart) world.restart();
    BOOST_TEST(world.deliver(event, Form::post_json) == 204);
    BOOST_TEST((world.logged() == std::map<std::string, int>{{event.id, 1}}));
  });
}

Event receipt() {
  return tools::receipt_event({.id = "0C01"}, day(11));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repeats)

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_an_hour_ahead_and_back_stores_nothing_twice) {
  stores_once({day(12), day(13), day(12, 0, 1), day(11, 0, 1), day(12, 0, 2)}, 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_an_hour_over_midnight_and_back_stores_nothing_twice) {
  stores_once({day(23, 30), day(24, 30), day(23, 30, 1), day(24, 30, 1), day(23, 59, 59), day(24)},
              2);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_over_midnight_first_stores_nothing_twice) {
  stores_once({day(24, 30), day(23, 30), day(24, 30, 1), day(48)}, 2);
}

BOOST_AUTO_TEST_CASE(the_last_repeat_of_an_sms_by_the_older_schedule_is_recognised) {
  last_repeat_is_recognised(new_message(1), tools::every_minute(vonage::Kind::inbound_sms));
}

BOOST_AUTO_TEST_CASE(the_last_repeat_of_a_receipt_by_the_older_schedule_is_recognised) {
  last_repeat_is_recognised(receipt(), tools::every_minute(vonage::Kind::delivery_receipt));
}

BOOST_AUTO_TEST_CASE(the_last_repeat_by_the_newer_schedule_is_recognised) {
  last_repeat_is_recognised(new_message(1), tools::doubling());
  last_repeat_is_recognised(receipt(), tools::doubling());
}

BOOST_AUTO_TEST_SUITE_END()
