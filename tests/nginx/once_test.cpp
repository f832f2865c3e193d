#include <boost/test/unit_test.hpp>
#include <future>
#include <string>
#include <vector>

#include "nginx/site.h"

using namespace inbound_sms::testing;

// A message that is delivered again is acknowledged again, and is on the log once.

namespace {

std::vector<int> send_at_once(const Site& site, int count, const std::string& body) {
  std::vector<std::future<HttpAnswer>> answers;
  for (int i = 0; i < count; ++i) {
    answers.push_back(std::async(std::launch::async, [&] { return site.post_form(body); }));
  }
  std::vector<int> statuses;
  for (auto& answer : answers) statuses.push_back(answer.get().status);
  return statuses;
}

std::size_t repeats(const std::string& words) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = words.find("repeat", at)) != words.npos; ++at) ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_repeat_in_another_form_is_answered_204_and_logged_once) {
  Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.post_form(message("0C01")).status == 204);
  BOOST_TEST(site.post_json(json_message("0C01")).status == 204);
  BOOST_TEST(site.handler().log().size() == 1);
  BOOST_TEST(repeats(site.handler().words()) == 2);
}

BOOST_AUTO_TEST_CASE(a_repeat_after_a_restart_is_recognised) {
  Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  site.stop_handler();
  site.start_handler();
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.handler().log().size() == 1);
  BOOST_TEST(repeats(site.handler().words()) == 1);
}

BOOST_AUTO_TEST_CASE(one_delivery_that_races_itself_is_logged_once) {
  Site site({.upstream_extra = "keepalive 64;", .workers = 2});
  BOOST_TEST(send_at_once(site, 20, message("0C01")) == std::vector<int>(20, 204),
             boost::test_tools::per_element());
  BOOST_TEST(site.handler().log().size() == 1);
}

BOOST_AUTO_TEST_CASE(one_delivery_that_races_through_two_handlers_is_logged_once) {
  // nginx gives its requests to both in turn.
  Site site({.upstream_extra = "server unix:FOLDER/second;"});
  Handler second(site.folder(),
                 {{"INBOUND_SMS_LISTEN", "unix:" + site.folder().path() + "/second"}});
  for (const char* id : {"0C01", "0C02", "0C03", "0C04", "0C05"}) {
    BOOST_TEST(send_at_once(site, 10, message(id)) == std::vector<int>(10, 204),
               boost::test_tools::per_element());
  }
  BOOST_TEST(site.handler().log().size() == 5);
  BOOST_TEST(repeats(site.handler().words()) + repeats(second.words()) == 45);
  BOOST_TEST(repeats(site.handler().words()) >= 20);
  BOOST_TEST(repeats(second.words()) >= 20);
}
