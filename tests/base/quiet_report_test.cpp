#include "base/quiet_report.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using inbound_sms::QuietReport;

BOOST_AUTO_TEST_CASE(each_kind_of_event_is_reported_once_a_minute_with_a_count) {
  std::vector<std::string> lines;
  QuietReport report([&lines](std::string_view line) { lines.emplace_back(line); });
  const QuietReport::Clock::time_point start;
  using std::chrono::seconds;
  report.say("one", "first", start);
  report.say("other", "another kind", start);
  report.say("one", "kept back", start + seconds(1));
  report.say("one", "kept back", start + seconds(59));
  report.say("one", "later", start + seconds(60));
  report.say("one", "much later", start + seconds(200));
  const std::vector<std::string> expected{"first", "another kind", "later (and 2 like it before)",
                                          "much later"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_time_is_now_unless_one_is_given) {
  std::vector<std::string> lines;
  QuietReport report([&lines](std::string_view line) { lines.emplace_back(line); });
  const auto minute_ago = QuietReport::Clock::now() - std::chrono::minutes(1);
  report.say("one", "a minute ago", minute_ago);
  report.say("one", "now");
  report.say("one", "kept back");
  BOOST_TEST(lines == (std::vector<std::string>{"a minute ago", "now"}),
             boost::test_tools::per_element());
}
