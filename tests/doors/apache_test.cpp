#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "doors/apache_doors.h"
#include "doors/visit.h"
#include "support/json.h"
#include "support/message.h"
#include "support/processes.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What is Apache's alone about the files that are included into its configuration. The cases of
// every door are in doors_test.cpp.

namespace {

constexpr ApacheWay kIncluded[] = {ApacheWay::proxy_fcgi, ApacheWay::fcgid, ApacheWay::cgid};

// Pages of the server's own, for each failure: a redirect.
constexpr char kErrorPages[] = R"(
  ErrorDocument 400 http://127.0.0.1/sorry
  ErrorDocument 403 http://127.0.0.1/sorry
  ErrorDocument 404 http://127.0.0.1/sorry
  ErrorDocument 405 http://127.0.0.1/sorry
  ErrorDocument 408 http://127.0.0.1/sorry
  ErrorDocument 500 http://127.0.0.1/sorry
  ErrorDocument 503 http://127.0.0.1/sorry
  ErrorDocument 504 http://127.0.0.1/sorry
)";

// The handlers that this door's Apache started.
std::vector<pid_t> handlers_of(const ApacheDoor& door) {
  return processes_in(door.folder() + "/apache");
}

void signal_all(const std::vector<pid_t>& processes, int number) {
  for (const pid_t pid : processes) ::kill(pid, number);
}

std::string why_not_started(ApacheWay way, const ApacheOptions& options) {
  try {
    const ApacheDoor door(way, options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

void check_away(const HttpAnswer& answer, int status) {
  BOOST_TEST(answer.status == status);
  BOOST_TEST(answer.headers.at("retry-after") == "60");
  BOOST_TEST(answer.body == "the inbound-sms handler does not answer; send the message again");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(apache_alone)

BOOST_AUTO_TEST_CASE(a_file_whose_module_is_not_loaded_stops_the_start_and_says_so) {
  BOOST_TEST(contains(why_not_started(ApacheWay::proxy_fcgi, {.without = "proxy_fcgi"}),
                      "needs mod_proxy_fcgi"));
  BOOST_TEST(contains(why_not_started(ApacheWay::fcgid, {.without = "fcgid"}), "needs mod_fcgid"));
  BOOST_TEST(
      contains(why_not_started(ApacheWay::cgid, {.without = "cgid"}), "needs mod_cgid or mod_cgi"));
}

BOOST_AUTO_TEST_CASE(modules_that_are_used_when_they_are_there_need_not_be) {
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way, {.without = "headers"});
    BOOST_TEST(Visit(door).get(message("0C30")).status == 204);
  }
}

BOOST_AUTO_TEST_CASE(only_the_url_itself_is_taken) {
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way, {.config = "Define INBOUND_SMS_URL /hooks/a.b+c\n"});
    const Visit visit(door);
    BOOST_TEST(visit.send({.url = door.apache().url("/hooks/a.b+c")}).status == 204);
    for (const char* path : {"/hooks/a.b+c/", "/hooks/a.b+cd", "/hooks/axb+c", "/hooks/a.bbc"}) {
      BOOST_TEST(visit.send({.url = door.apache().url(path)}).status == 404, path);
    }
  }
}

BOOST_AUTO_TEST_CASE(other_rules_of_the_host_do_not_take_the_url_away) {
  ApacheDoor proxied(ApacheWay::proxy_fcgi, {.config = R"(
    ProxyPass /webhooks/ fcgi://127.0.0.1:1/
    <Location />
      Require all denied
    </Location>)"});
  std::ofstream(proxied.folder() + "/apache/www/.htaccess")
      << "RewriteEngine On\nRewriteRule . /index.html [L]\n";
  BOOST_TEST(Visit(proxied).get(message("0C31")).status == 204);
}

BOOST_AUTO_TEST_CASE(the_access_list_that_stands_there_as_a_comment_works) {
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way, {.config = kErrorPages, .edit = [](std::string text) {
                            const std::string list = "#Require ip";
                            const std::string all = "Require all granted";
                            text.replace(text.find(list), 1, "");
                            return text.erase(text.find(all), all.size());
                          }});
    BOOST_TEST(Visit(door).get(message("0C32")).status == 403);
    BOOST_TEST(door.log().empty());
  }
}

BOOST_AUTO_TEST_CASE(settings_come_from_the_file_that_is_named) {
  for (const ApacheWay way : {ApacheWay::fcgid, ApacheWay::cgid}) {
    ApacheDoor door(way, {.config = "Define INBOUND_SMS_CONFIG FOLDER/named.conf\n"});
    std::ofstream(door.folder() + "/named.conf")
        << "INBOUND_SMS_LOG=" << door.folder() << "/log/named.jsonl\n";
    BOOST_TEST(Visit(door).get(message("0C33")).status == 204);
    BOOST_TEST(fs::exists(door.folder() + "/log/named.jsonl"));
  }
}

// As Debian's fcgid.conf has it. mod_fcgid would answer 500 to more than 128 KiB.
BOOST_AUTO_TEST_CASE(plain_cgi_stays_plain_cgi_where_mod_fcgid_has_the_name_of_the_program) {
  ApacheDoor door(ApacheWay::cgid,
                  {.modules = {"fcgid"}, .config = "AddHandler fcgid-script .fcgi\n"});
  BOOST_TEST(Visit(door).post_form("text=" + std::string(200'000, 'x')).status == 204);
  BOOST_TEST(wait_until([&] { return handlers_of(door).empty(); }));
}

BOOST_AUTO_TEST_CASE(no_text_reaches_an_access_log_that_follows_the_hint) {
  ApacheDoor door(ApacheWay::proxy_fcgi, {.config = "Define APACHE_LOG_DIR ROOT\n"
                                                    "LogFormat \"%h \\\"%r\\\" %>s\" combined\n",
                                          .edit = [](std::string text) {
                                            const std::string hint = "#     CustomLog";
                                            for (std::size_t at;
                                                 (at = text.find(hint)) != text.npos;)
                                              text.erase(at, 1);
                                            return text;
                                          }});
  const auto log = [&](const std::string& name) {
    return read_file(door.folder() + "/apache/" + name);
  };
  BOOST_TEST(Visit(door).get("text=secret&messageId=0C34").status == 204);
  Visit(door).send({.url = door.apache().url("/elsewhere?text=open")});
  BOOST_TEST(wait_until([&] { return contains(log("inbound-sms.log"), "/inbound-sms 204"); }));
  BOOST_TEST(!contains(log("inbound-sms.log"), "secret"));
}

// LimitRequestBody of the host must not count: mod_fcgid would pass an empty body on.
BOOST_AUTO_TEST_CASE(a_limit_of_the_host_does_not_empty_a_body) {
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way, {.config = "LimitRequestBody 1000\n"});
    const Visit visit(door);
    BOOST_TEST(visit.post_form("text=" + std::string(256 * 1024 - 5, 'x')).status == 204);
    BOOST_TEST(visit.logged().size() == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_gone_gives_503_and_is_found_again_at_once) {
  ApacheDoor door(ApacheWay::proxy_fcgi,
                  {.config = std::string(kErrorPages) + "ProxyErrorOverride On\n"});
  const Visit visit(door);
  BOOST_TEST(visit.send({.method = "PUT"}).status == 405);
  door.stop_handler();
  check_away(visit.get(message("0C35")), 503);
  door.start_handler();
  BOOST_TEST(visit.get(message("0C35")).status == 204);
}

BOOST_AUTO_TEST_CASE(a_handler_that_mod_fcgid_cannot_start_gives_500) {
  ApacheDoor door(ApacheWay::fcgid, {.config = kErrorPages});
  std::ofstream(door.folder() + "/apache/program/inbound-sms.conf", std::ios::app)
      << "INBOUND_SMS_UNKNOWN=1\n";
  check_away(Visit(door).get(message("0C36")), 500);
  BOOST_TEST(contains(door.words(), "INBOUND_SMS_UNKNOWN"));
}

BOOST_AUTO_TEST_CASE(a_program_that_mod_fcgid_does_not_find_gives_404) {
  ApacheDoor door(ApacheWay::fcgid, {.config = kErrorPages});
  fs::remove(door.folder() + "/apache/program/inbound-sms.fcgi");
  BOOST_TEST(Visit(door).get(message("0C37")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_cgi_program_that_is_gone_or_cannot_run_is_not_taken_for_a_success) {
  ApacheDoor door(ApacheWay::cgid, {.config = kErrorPages});
  const std::string program = door.folder() + "/apache/program/inbound-sms.fcgi";
  fs::permissions(program, fs::perms::owner_read);
  check_away(Visit(door).get(message("0C37")), 500);
  fs::remove(program);
  BOOST_TEST(Visit(door).get(message("0C37")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_body_that_comes_too_slowly_is_not_taken_for_a_success) {
  const std::string slow = std::string(kErrorPages) + "RequestReadTimeout body=1\n";
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way, {.modules = {"reqtimeout"}, .config = slow});
    const HttpAnswer answer = Visit(door).send({.method = "POST",
                                                .body = "text=slow",
                                                .piece = 1,
                                                .pause = std::chrono::milliseconds(500)});
    BOOST_TEST(answer.status == (way == ApacheWay::fcgid ? 500 : 408));
    BOOST_TEST(door.log().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_handler_that_hangs_gives_a_5xx_before_vonage_gives_up) {
  ApacheDoor proxied(ApacheWay::proxy_fcgi), fcgid(ApacheWay::fcgid), cgid(ApacheWay::cgid);
  proxied.handler().process().signal(SIGSTOP);
  BOOST_TEST(Visit(fcgid).send({}).status == 204);  // so that there is one to be stopped
  signal_all(handlers_of(fcgid), SIGSTOP);
  std::ofstream(cgid.folder() + "/apache/program/inbound-sms.fcgi") << "#!/bin/sh\nexec sleep 15\n";

  const auto get = [](const ApacheDoor& door) {
    return std::async(std::launch::async, [&door] { return Visit(door).get(message("0C42")); });
  };
  auto of_proxied = get(proxied), of_fcgid = get(fcgid), of_cgid = get(cgid);
  for (const auto& [answer, status] :
       {std::pair(of_proxied.get(), 504), std::pair(of_fcgid.get(), 500),
        std::pair(of_cgid.get(), 504)}) {
    check_away(answer, status);
    BOOST_TEST(answer.seconds < 14);
  }
  signal_all(handlers_of(fcgid), SIGKILL);  // mod_fcgid forgets them when Apache stops first
}

BOOST_AUTO_TEST_CASE(a_handler_of_mod_fcgid_that_is_killed_is_followed_by_another) {
  ApacheDoor door(ApacheWay::fcgid);
  const Visit visit(door);
  BOOST_TEST(visit.get(message("0C38")).status == 204);
  const auto first = handlers_of(door);
  BOOST_REQUIRE_EQUAL(first.size(), 1);
  signal_all(first, SIGKILL);
  BOOST_TEST(wait_until([&] { return visit.get(message("0C39")).status == 204; }));
  BOOST_TEST(visit.get(message("0C38")).status == 204);
  BOOST_TEST(visit.logged().size() == 2);
}

BOOST_AUTO_TEST_CASE(one_delivery_that_races_through_processes_of_mod_fcgid_is_logged_once) {
  ApacheDoor door(ApacheWay::fcgid);
  const Visit visit(door);
  std::set<pid_t> processes;
  const auto race = [&](const std::string& id) {
    std::vector<std::future<HttpAnswer>> answers;
    for (int i = 0; i < 10; ++i)
      answers.push_back(std::async(std::launch::async, [&] { return visit.get(message(id)); }));
    for (auto& answer : answers) BOOST_TEST(answer.get().status == 204);
    for (const pid_t pid : handlers_of(door)) processes.insert(pid);
  };
  std::size_t races = 0;
  while (processes.size() < 4 && races < 50) race("0C40-" + std::to_string(races++));
  BOOST_TEST(processes.size() >= 2U);  // it starts more only while it finds none idle
  BOOST_TEST(visit.logged().size() == races);
}

BOOST_AUTO_TEST_CASE(a_graceful_restart_loses_no_message_that_was_acknowledged) {
  for (const ApacheWay way : kIncluded) {
    ApacheDoor door(way);
    const Visit visit(door);
    std::set<std::string> sent;
    const auto store_one_more = [&] {
      const std::string id = "0C41-" + std::to_string(sent.size());
      sent.insert(id);
      return wait_until([&] { return visit.post_form(message(id)).status == 204; });
    };
    BOOST_TEST(store_one_more());
    door.apache().process().signal(SIGUSR1);
    while (count_of(door.words(), "resuming normal operations") < 2)
      BOOST_REQUIRE(store_one_more());
    BOOST_TEST(store_one_more());

    std::multiset<std::string> logged;
    for (const auto& line : visit.logged()) logged.insert(string_of(line["message"], "messageId"));
    BOOST_TEST(logged == sent, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
