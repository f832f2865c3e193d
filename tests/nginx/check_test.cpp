#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "nginx/site.h"
#include "support/replace.h"
#include "support/secrets.h"
#include "support/text.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

// `inbound-sms check --url` asks a deployment as Vonage would.

namespace {

struct Checked {
  int code = 0;
  std::string output;

  bool says(const std::string& text) const { return contains(output, text); }
};

Checked check(const Site& site, const std::string& url, const std::vector<std::string>& more = {},
              const std::string& log = "/log/", Environment settings = {}) {
  std::vector<std::string> command = {program("inbound-sms"), "check", "--url", url};
  command.insert(command.end(), more.begin(), more.end());
  settings["INBOUND_SMS_LOG"] = site.folder().path() + log + "%Y-%m-%d.jsonl";
  ChildProcess tool(command, settings, site.folder().path() + "/check.out");
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

// Signatures: the handler and the tool have the same settings, but for what a case changes.

namespace {

struct SignedSite {
  explicit SignedSite(vonage::SignatureMethod method = vonage::SignatureMethod::md5hash)
      : site({.settings_in = [=](const TemporaryFolder& folder) {
          return ask_for_signatures(folder, std::string(kSecret) + "\n", method);
        }}) {}

  Checked checked() const { return check(site, site.nginx().url(), {}, "/log/", site.settings()); }

  Site site;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_signed_message_is_taken_and_forged_ones_are_turned_away) {
  for (const auto method : {vonage::SignatureMethod::md5hash, vonage::SignatureMethod::sha512hmac,
                            vonage::SignatureMethod::token}) {
    SignedSite its(method);
    const Checked checked = its.checked();
    BOOST_TEST(checked.code == 0, checked.output);
    BOOST_TEST(checked.says("ok       signatures: by " + std::string(vonage::to_word(method)) +
                            ", 1 secret in "));
    BOOST_TEST(checked.says("ok       test message: on the log after "), checked.output);
    BOOST_TEST(
        checked.says("once, though it was sent " +
                     std::string(method == vonage::SignatureMethod::token ? "twice by POST"
                                                                          : "by GET and by POST")),
        checked.output);
    BOOST_TEST(checked.says("ok       forged message: turned away with 503, unsigned and wrongly"),
               checked.output);
    const auto log = its.site.handler().log();
    BOOST_REQUIRE(log.size() == 1U);
    BOOST_TEST(std::string(log[0]["signature"].GetString()) == "valid");
    BOOST_TEST(its.site.handler().rejected().size() == 2U);
    BOOST_TEST(!checked.says(kSecret));
  }
}

BOOST_AUTO_TEST_CASE(a_handler_that_checks_no_signatures_is_a_fault) {
  Site site;
  const Checked checked =
      check(site, site.nginx().url(), {}, "/log/", ask_for_signatures(site.folder()));
  BOOST_TEST(checked.says("fault    forged message: unsigned, and answered 204: signatures are not "
                          "checked there"),
             checked.output);
}

BOOST_AUTO_TEST_CASE(a_handler_with_another_secret_says_so) {
  SignedSite its;
  const std::string other = its.site.folder().path() + "/other";
  write_secrets(other, "another secret\n");
  Environment settings = its.site.settings();
  settings["INBOUND_SMS_SIGNATURE_SECRETS"] = other;
  const Checked checked = check(its.site, its.site.nginx().url(), {}, "/log/", settings);
  BOOST_TEST(checked.says("fault    test message by GET: answered 503: "), checked.output);
  BOOST_TEST(checked.says("the signature is wrong"), checked.output);
}

BOOST_AUTO_TEST_CASE(secrets_that_the_handler_would_not_take_are_a_fault) {
  SignedSite its;
  const std::string path = secrets_path(its.site.folder());
  const auto says = [&](const std::string& words) {
    const Checked checked = its.checked();
    BOOST_TEST(checked.says("fault    signatures: "), checked.output);
    BOOST_TEST(checked.says(words), checked.output);
    BOOST_TEST(checked.says("fault    test message: not sent"), checked.output);
    BOOST_TEST(!checked.says(kSecret));
  };
  write_secrets(path, std::string(kSecret) + "\n", 0640);
  says("others may read or change it; do chmod 600 on it");
  write_secrets(path, "");
  says("it is empty");
  write_secrets(path, "\n" + std::string(kSecret) + "\n");
  says("line 1: it is empty");
  std::filesystem::remove(path);
  says("No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
