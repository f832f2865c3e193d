#include "base/line_limit.h"

#include <boost/test/unit_test.hpp>

using inbound_sms::LineLimit;
using std::chrono::seconds;

namespace {

int allowed(LineLimit& limit, LineLimit::Clock::time_point now) {
  int count = 0;
  for (int i = 0; i < 1000; ++i) count += limit.allows(now) ? 1 : 0;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_speaker_has_ten_lines_a_minute) {
  LineLimit limit;
  const auto start = LineLimit::Clock::now();
  BOOST_TEST(allowed(limit, start) == 10);
  BOOST_TEST(allowed(limit, start + seconds(59)) == 0);
  BOOST_TEST(allowed(limit, start + seconds(60)) == 10);
  BOOST_TEST(allowed(limit, start + seconds(119)) == 0);
}
