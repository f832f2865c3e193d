#include "tools/retry_schedule.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace inbound_sms::tools;
using inbound_sms::vonage::Kind;
using namespace std::chrono_literals;

namespace {

std::vector<long> seconds_before_repeats(const RetrySchedule& schedule, std::size_t count) {
  std::vector<long> seconds;
  for (std::size_t repeat = 1; repeat <= count; ++repeat)
    seconds.push_back(
        std::chrono::duration_cast<std::chrono::seconds>(wait_before(schedule, repeat)).count());
  return seconds;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retry_schedule)

BOOST_AUTO_TEST_CASE(the_older_one_repeats_every_minute) {
  BOOST_TEST(seconds_before_repeats(every_minute(Kind::inbound_sms), 4) ==
                 (std::vector<long>{60, 60, 60, 60}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_newer_one_doubles_its_waits_up_to_a_quarter_of_an_hour) {
  BOOST_TEST(seconds_before_repeats(doubling(), 11) ==
                 (std::vector<long>{5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wait_does_not_overflow_however_often_it_was_doubled) {
  BOOST_TEST((wait_before(doubling(), 100'000) == 15min));
}

BOOST_AUTO_TEST_CASE(the_older_one_gives_receipts_three_days_and_all_else_one) {
  BOOST_TEST((every_minute(Kind::delivery_receipt).end == 72h));
  BOOST_TEST((every_minute(Kind::inbound_sms).end == 24h));
  BOOST_TEST((every_minute(Kind::message).end == 24h));
  BOOST_TEST((doubling().end == 24h));
}

BOOST_AUTO_TEST_CASE(a_faster_one_keeps_its_proportions) {
  BOOST_TEST((faster(doubling(), 1000) == RetrySchedule{5ms, 900ms, 86400ms}));
}

BOOST_AUTO_TEST_SUITE_END()
