#include "tools/delivery.h"

#include <boost/test/unit_test.hpp>

using namespace inbound_sms::tools;
using inbound_sms::vonage::Kind;
using namespace std::chrono_literals;

// What becomes of one event, without a wait: the times are told.

namespace {

constexpr auto kTook = 2s;  // each attempt

Delivery new_delivery(const RetrySchedule& schedule) {
  return {sms_events({.id = "0C01"}).front(), schedule};
}

void attempt(Delivery& delivery, const HttpAnswer& answer) {
  BOOST_REQUIRE(delivery.due().has_value());
  delivery.attempted({*delivery.due(), *delivery.due() + kTook, answer});
}

// Attempts to the end, which all get this answer.
Delivery delivered_in_vain(const RetrySchedule& schedule, const HttpAnswer& answer) {
  Delivery delivery = new_delivery(schedule);
  while (delivery.due()) {
    BOOST_REQUIRE(delivery.attempts().size() < 10'000);
    attempt(delivery, answer);
  }
  return delivery;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery)

BOOST_AUTO_TEST_CASE(the_first_attempt_is_due_when_it_was_asked_for) {
  BOOST_TEST((new_delivery(doubling()).due() == Moment(0)));
  BOOST_TEST((Delivery(sms_events({}).front(), doubling(), 3s).due() == Moment(3s)));
}

BOOST_AUTO_TEST_CASE(it_is_taken_by_200_and_204_and_by_nothing_else) {
  for (const int status : {200, 204}) {
    Delivery delivery = new_delivery(doubling());
    attempt(delivery, {status, ""});
    BOOST_TEST(delivery.taken());
    BOOST_TEST(!delivery.due().has_value());
  }
  for (const int status : {0, 100, 201, 202, 205, 301, 400, 404, 429, 500, 503}) {
    Delivery delivery = new_delivery(doubling());
    attempt(delivery, {status, ""});
    BOOST_TEST(!delivery.taken(), status);
    BOOST_TEST(delivery.due().has_value(), status);
  }
}

BOOST_AUTO_TEST_CASE(a_wait_begins_when_the_answer_or_its_absence_is_known) {
  Delivery delivery = new_delivery(every_minute(Kind::inbound_sms));
  attempt(delivery, {503, ""});
  BOOST_TEST((delivery.due() == Moment(62s)));
  attempt(delivery, {0, "timed out"});
  BOOST_TEST((delivery.due() == Moment(124s)));
}

BOOST_AUTO_TEST_CASE(the_older_schedule_ends_after_a_day_or_three) {
  const Delivery sms = delivered_in_vain(every_minute(Kind::inbound_sms), {503, ""});
  BOOST_TEST(!sms.taken());
  BOOST_TEST(sms.attempts().size() == 24U * 3600 / 62 + 1);
  const Delivery receipt = delivered_in_vain(every_minute(Kind::delivery_receipt), {503, ""});
  BOOST_TEST(receipt.attempts().size() == 72U * 3600 / 62 + 1);
}

BOOST_AUTO_TEST_CASE(the_newer_schedule_ends_after_a_day) {
  const Delivery sms = delivered_in_vain(doubling(), {503, ""});
  const Moment last = sms.attempts().back().begun;
  BOOST_TEST((last <= 24h));
  BOOST_TEST((last > 24h - 15min - kTook));
}

BOOST_AUTO_TEST_CASE(a_report_tells_the_answers_in_their_order) {
  Delivery delivery = new_delivery(doubling());
  BOOST_TEST(report_of(delivery) == "0C01: not sent");
  attempt(delivery, {0, "timed out"});
  BOOST_TEST(report_of(delivery) ==
             "0C01: not taken yet after 1 attempt in 2.0 s: no answer (timed out)");
  attempt(delivery, {503, ""});
  attempt(delivery, {503, ""});
  attempt(delivery, {204, ""});
  BOOST_TEST(report_of(delivery) ==
             "0C01: taken after 4 attempts in 43.0 s: no answer (timed out), 2 x 503, 204");
}

BOOST_AUTO_TEST_CASE(a_report_tells_what_was_given_up) {
  const Delivery delivery = delivered_in_vain({10s, 10s, 30s}, {404, ""});
  BOOST_TEST(report_of(delivery) == "0C01: given up after 3 attempts in 26.0 s: 3 x 404");
}

BOOST_AUTO_TEST_SUITE_END()
