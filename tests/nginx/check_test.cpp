#include <boost/test/unit_test.hpp>
#include <string>

#include "nginx/site.h"
#include "support/replace.h"
#include "support/text.h"

using namespace inbound_sms::testing;

// `inbound-sms check --url` asks a deployment as Vonage would.

namespace {

struct Checked {
  int code = 0;
  std::string output;

  bool says(const std::string& text) const { return contains(output, text); }
};

Checked check(const Site& site, const std::string& url, const std::vector<std::string>& more = {},
              const std::string& log = "/log/") {
  std::vector<std::string> command = {program("inbound-sms"), "check", "--url", url};
  command.insert(command.end(), more.begin(), more.end());
  ChildProcess tool(command, {{"INBOUND_SMS_LOG", site.folder().path() + log + "%Y-%m-%d.jsonl"}},
                    site.folder().path() + "/check.out");
  Checked checked{tool.wait(), tool.output()};
  BOOST_TEST(checked.code == (contains("\n" + checked.output, "\nfault ") ? 1 : 0));
  return checked;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_of_a_deployment)

BOOST_AUTO_TEST_CASE(a_test_message_is_sent_twice_and_seen_once_on_the_log) {
  Site site;
  const Checked checked = check(site, site.nginx().url());
  BOOST_TEST(checked.says("ok       URL check: answered 204 after "), checked.output);
  BOOST_TEST(checked.says("ok       test message: on the log after "), checked.output);
  BOOST_TEST(checked.says("warning  URL: it leads to 127.0.0.1, "), checked.output);
  BOOST_TEST(contains(checked.output, "once, though it was sent by GET and by POST"));
  const auto log = site.handler().log();
  BOOST_REQUIRE(log.size() == 1U);
  BOOST_TEST(contains(log[0]["message"]["text"].GetString(), "a test of inbound-sms check"));
  BOOST_TEST(contains(site.handler().words(), "a repeat, on the log already: inbound-sms CHECK"));
}

BOOST_AUTO_TEST_CASE(no_message_is_sent_where_none_is_wanted) {
  Site site;
  const Checked checked = check(site, site.nginx().url(), {"--no-message"});
  BOOST_TEST(checked.says("ok       URL check: answered 204 after "), checked.output);
  BOOST_TEST(!checked.says("test message: "), checked.output);
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_web_server_is_said) {
  Site site({.in_server = R"(
      location = /moved { return 301 https://example.com/; }
      location = /closed { deny all; }
      location = /other { return 200 "hello"; })"});
  const auto says = [&](const std::string& path, const std::string& text) {
    const Checked checked = check(site, site.nginx().url(path));
    BOOST_TEST(checked.says("fault    URL check: answered "), checked.output);
    BOOST_TEST(checked.says(text), checked.output);
    BOOST_TEST(!checked.says("test message: "), checked.output);
  };
  says("/moved", "301: it redirects to https://example.com/: ");
  says("/closed", "403: the web server lets nobody in");
  says("/other", "200: that is not the handler");
  says("/webhooks/inbound-sms/", "404: the web server knows no such path");
  site.stop_handler();
  says("/webhooks/inbound-sms", "502: the web server cannot reach the handler: is it running");
}

BOOST_AUTO_TEST_CASE(a_directive_that_is_missing_is_named) {
  Site site({.edit = [](std::string text) {
    replace_all(text, "fastcgi_param QUERY_STRING ", "# ");
    return text;
  }});
  const Checked checked = check(site, site.nginx().url());
  BOOST_TEST(checked.says("fault    URL check: answered 500: "), checked.output);
  BOOST_TEST(checked.says("the web server does not pass QUERY_STRING"), checked.output);
}

BOOST_AUTO_TEST_CASE(a_message_that_goes_to_another_log_is_a_fault) {
  Site site;
  const Checked checked = check(site, site.nginx().url(), {}, "/other-log/");
  BOOST_TEST(checked.says("fault    test message: answered 204, but it is not on the log in "),
             checked.output);
}

BOOST_AUTO_TEST_CASE(a_web_server_that_lets_no_post_in_is_found_by_the_repeat) {
  Site site({.edit = [](std::string text) {
    const std::string pass = "fastcgi_pass";
    return text.insert(text.find(pass), "if ($request_method = POST) { return 403; }\n    ");
  }});
  const Checked checked = check(site, site.nginx().url());
  BOOST_TEST(checked.says("fault    test message by POST: answered 403: "), checked.output);
}

BOOST_AUTO_TEST_SUITE_END()
