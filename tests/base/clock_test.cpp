#include "base/clock.h"

#include <boost/test/unit_test.hpp>

using namespace inbound_sms;
using namespace std::chrono;

BOOST_AUTO_TEST_SUITE(clocks)

BOOST_AUTO_TEST_CASE(a_time_is_written_with_six_digits_and_z) {
  const Time time = sys_days(2026y / November / 24) + 7h + 30min + 12s + 345678us;
  BOOST_TEST(to_iso(time) == "2026-11-24T07:30:12.345678Z");
  BOOST_TEST(to_iso(Time{}) == "1970-01-01T00:00:00.000000Z");
}

BOOST_AUTO_TEST_CASE(a_time_before_1970_is_written_too) {
  BOOST_TEST(to_iso(Time{-1us}) == "1969-12-31T23:59:59.999999Z");
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back) {
  for (const char* text : {"2026-11-24T07:30:12.345678Z", "2024-02-29T23:59:59.000001Z",
                           "0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"}) {
    const auto time = from_iso(text);
    BOOST_REQUIRE(time.has_value());
    BOOST_TEST(to_iso(*time) == text);
  }
}

BOOST_AUTO_TEST_CASE(any_other_spelling_is_refused) {
  for (const char* text :
       {"", "2026-11-24T07:30:12.345678", "2026-11-24T07:30:12.34567Z",
        "2026-11-24 07:30:12.345678Z", "2026-11-24t07:30:12.345678Z", "2026-11-24T07:30:12,345678Z",
        "2026-11-24T07:30:12.345678+", "+026-11-24T07:30:12.345678Z",
        "2026-11-24T07:30:12.3456781Z", " 026-11-24T07:30:12.345678Z"})
    BOOST_TEST(!from_iso(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_day_or_hour_that_does_not_exist_is_refused) {
  for (const char* text :
       {"2026-02-29T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z", "2026-00-01T00:00:00.000000Z",
        "2026-01-00T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z", "2026-01-01T00:60:00.000000Z",
        "2026-01-01T00:00:60.000000Z"})
    BOOST_TEST(!from_iso(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(the_system_clock_does_not_stand_still) {
  const Time first = inbound_sms::system_clock().now();
  while (inbound_sms::system_clock().now() == first) {
  }
  BOOST_TEST(to_iso(first).size() == 27U);
}

BOOST_AUTO_TEST_SUITE_END()
