#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "nginx/site.h"
#include "support/ordinary_user.h"
#include "support/slow_disk.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// Whatever goes wrong ends in a 5xx in time, so that the message is sent again.

namespace {

// Until the message is in a file of the log: then it is being synced.
bool is_written(const Site& site, const std::string& id) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(site.folder().path() + "/log", none)) {
    if (read_file(entry.path()).find(id) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_handler_that_is_gone_gives_502_and_asks_for_a_repeat) {
  Site site;
  site.stop_handler();
  const HttpAnswer answer = site.post_form(message("0C01"));
  BOOST_TEST(answer.status == 502);
  BOOST_TEST(answer.headers.at("retry-after") == "60");
  BOOST_TEST(answer.headers.at("content-type") == "text/plain");
  BOOST_TEST(answer.body == "the inbound-sms handler does not answer; send the message again\n");

  site.start_handler();
  BOOST_TEST(site.post_form(message("0C01")).status == 204);
}

BOOST_AUTO_TEST_CASE(a_handler_that_hangs_gives_504_within_ten_seconds) {
  Site site;
  site.handler().process().signal(SIGSTOP);
  const HttpAnswer answer = site.get(message("0C01"));
  BOOST_TEST(answer.status == 504);
  BOOST_TEST(answer.seconds < 10.5);
  BOOST_TEST(answer.headers.at("retry-after") == "60");
}

BOOST_AUTO_TEST_CASE(error_pages_of_the_server_do_not_turn_a_failure_into_a_200) {
  Site site({.in_server = R"(
      error_page 413 500 502 503 504 =200 /sorry;
      location = /sorry { return 200; })"});
  site.stop_handler();
  BOOST_TEST(site.post_form(message("0C01")).status == 502);
  BOOST_TEST(site.post_form(std::string(300'000, 'x')).status == 413);
}

BOOST_AUTO_TEST_CASE(a_restarted_handler_is_found_over_kept_connections) {
  Site site({.upstream_extra = "keepalive 8;"});
  for (int i = 100; i < 105; ++i) {
    BOOST_TEST(site.post_form(message("0C" + std::to_string(i))).status == 204);
    site.stop_handler();
    site.start_handler();
  }
  BOOST_TEST(site.post_form(message("0C105")).status == 204);
  BOOST_TEST(site.handler().log().size() == 6);
}

BOOST_AUTO_TEST_CASE(a_handler_that_was_killed_is_followed_by_another_on_its_socket) {
  Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  site.handler().process().signal(SIGKILL);
  site.stop_handler();
  BOOST_TEST(site.get(message("0C02")).status == 502);
  site.start_handler();
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.get(message("0C02")).status == 204);
  BOOST_TEST(site.handler().log().size() == 2);
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_written_gives_503_until_it_can) {
  Site site;
  const std::string log = site.folder().path() + "/log";
  BOOST_TEST(site.get(message("0C01")).status == 204);
  for (const auto& entry : fs::directory_iterator(log))
    fs::rename(entry, entry.path().string() + ".1");
  fs::permissions(log, fs::perms::owner_read | fs::perms::owner_exec);

  const HttpAnswer answer = site.get(message("0C02"));
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(answer.headers.at("retry-after") == "60");

  fs::permissions(log, fs::perms::owner_all);
  BOOST_TEST(wait_until([&] { return site.get(message("0C02")).status == 204; }));
  BOOST_TEST(site.handler().log().size() == 2);
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_told_to_stop_answers_the_request_in_hand,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  Site site({.settings = traced(), .wrapper = slow_sync(1500)});
  auto answer = std::async(std::launch::async, [&] { return site.get(message("0C01")); });
  BOOST_TEST(wait_until([&] { return is_written(site, "0C01"); }));
  BOOST_TEST(site.handler().process().stop() == 0);
  BOOST_TEST(answer.get().status == 204);

  site.start_handler();
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.handler().log().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_message_in_the_hand_of_a_handler_that_dies_goes_to_the_next_one,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  Site site({.upstream_extra = "server unix:FOLDER/second backup;",
             .settings = traced(),
             .wrapper = slow_sync(5000)});
  Handler second(site.folder(),
                 {{"INBOUND_SMS_LISTEN", "unix:" + site.folder().path() + "/second"}});
  auto answer = std::async(std::launch::async, [&] { return site.post_form(message("0C01")); });
  BOOST_TEST(wait_until([&] { return is_written(site, "0C01"); }));
  site.handler().process().signal(SIGKILL);
  BOOST_TEST(answer.get().status == 204);
  BOOST_TEST(second.log().size() == 1);
}

BOOST_AUTO_TEST_CASE(two_hundred_requests_at_once_over_a_slow_store_all_get_their_answer,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  Site site({.upstream_extra = "keepalive 64;",
             .workers = 2,
             .settings = traced(),
             .wrapper = slow_sync(200)});
  std::vector<std::future<HttpAnswer>> answers;
  for (int i = 100; i < 300; ++i) {
    answers.push_back(std::async(std::launch::async, [&site, i] {
      return site.post_form(message("0C" + std::to_string(i)));
    }));
  }
  int stored = 0;
  for (auto& answer : answers) stored += answer.get().status == 204 ? 1 : 0;
  BOOST_TEST(stored == 200);
  BOOST_TEST(site.handler().log().size() == 200);
}
