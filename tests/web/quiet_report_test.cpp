#include "web/quiet_report.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using inbound_sms::web::Event;
using inbound_sms::web::QuietReport;

BOOST_AUTO_TEST_CASE(each_kind_of_event_is_reported_once_a_minute_with_a_count) {
  std::vector<std::string> lines;
  QuietReport report([&lines](std::string_view line) { lines.emplace_back(line); });
  const QuietReport::Time start;
  using std::chrono::seconds;
  report.say(Event::malformed, "first", start);
  report.say(Event::hung_up, "another kind", start);
  report.say(Event::malformed, "kept back", start + seconds(1));
  report.say(Event::malformed, "kept back", start + seconds(59));
  report.say(Event::malformed, "later", start + seconds(60));
  report.say(Event::malformed, "much later", start + seconds(200));
  const std::vector<std::string> expected{"first", "another kind", "later (and 2 like it before)",
                                          "much later"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}
