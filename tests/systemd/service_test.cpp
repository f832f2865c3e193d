#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "support/json.h"
#include "support/message.h"
#include "support/secrets.h"
#include "support/text.h"
#include "support/wait.h"
#include "systemd/site.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

// The units that are installed, in a machine with a systemd of its own and nginx in front.

namespace {

// Delivers a message as Vonage does: again until it is answered 204. False when it never is.
bool deliver(const Site& site, const std::string& id) {
  return wait_until([&] { return site.get(message(id)).status == 204; });
}

// Delivers so many messages; false when one of them is not taken.
bool deliver_all(const Site& site, const std::string& prefix, int count) {
  while (count > 0 && deliver(site, prefix + "-" + std::to_string(count))) --count;
  return count == 0;
}

std::vector<std::string> ids_in(const std::vector<rapidjson::Document>& log) {
  std::vector<std::string> ids;
  for (const auto& line : log) ids.push_back(string_of(line["message"], "messageId"));
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool is_active(const Site& site) {
  return site.machine().run("systemctl is-active --quiet inbound-sms.service").code == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service, *boost::unit_test::precondition(can_boot))

BOOST_AUTO_TEST_CASE(the_first_message_starts_the_handler_and_is_stored) {
  const Site site;
  BOOST_TEST(!is_active(site));
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(is_active(site));
  const auto log = site.log();
  BOOST_REQUIRE_EQUAL(log.size(), 1);
  BOOST_TEST(is_message(log[0], "0C01"));
}

BOOST_AUTO_TEST_CASE(log_and_socket_are_for_nobody_else) {
  const Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  const std::string format = "stat --format='%U %G %a' ";
  BOOST_TEST(site.run(format + "/run/inbound-sms/socket") == "root www-data 660");
  BOOST_TEST(site.run(format + "/var/log/inbound-sms") == "inbound-sms inbound-sms 700");
  BOOST_TEST(site.run(format + "/var/log/inbound-sms/*.jsonl") == "inbound-sms inbound-sms 600");
  BOOST_TEST(site.run("ps -o user= -p " + site.pid()) == "inbound-sms");
}

BOOST_AUTO_TEST_CASE(restarts_lose_no_message_and_store_none_twice) {
  constexpr int kSenders = 4, kMessages = 25;
  const Site site;
  std::vector<std::future<bool>> senders;
  for (int i = 0; i < kSenders; ++i)
    senders.push_back(std::async(std::launch::async, deliver_all, std::cref(site),
                                 "0C" + std::to_string(i), kMessages));
  const auto all_sent = [&] {
    return std::all_of(senders.begin(), senders.end(), [](const std::future<bool>& sender) {
      return sender.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
  };
  int restarts = 0;
  for (; !all_sent(); ++restarts) site.run("systemctl restart inbound-sms.service");
  for (auto& sender : senders) BOOST_TEST(sender.get());
  BOOST_TEST_MESSAGE(restarts << " restarts");
  BOOST_TEST(restarts > 1);
  const auto ids = ids_in(site.log());
  BOOST_TEST(ids.size() == std::size_t(kSenders * kMessages));
  BOOST_TEST(std::set(ids.begin(), ids.end()).size() == ids.size());
}

// More often than systemd's usual limits allow.
BOOST_AUTO_TEST_CASE(a_handler_that_is_killed_is_started_again_however_often) {
  const Site site;
  int number = 0;
  for (const char* signal : {"KILL", "ABRT", "SEGV", "KILL", "KILL", "KILL", "TERM"}) {
    BOOST_TEST(site.get(message("0C" + std::to_string(number++))).status == 204);
    const std::string before = site.pid();
    site.run("systemctl kill --kill-whom=main --signal=" + std::string(signal) +
             " inbound-sms.service");
    BOOST_TEST(wait_until([&] { return !site.pid().empty() && site.pid() != before; }), signal);
  }
  BOOST_TEST(site.log().size() == std::size_t(number));
}

BOOST_AUTO_TEST_CASE(a_service_that_was_stopped_is_started_by_the_next_message) {
  const Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  site.run("systemctl stop inbound-sms.service 2>&1");
  BOOST_TEST(!is_active(site));
  BOOST_TEST(site.get(message("0C02")).status == 204);
  BOOST_TEST(site.log().size() == 2U);
}

BOOST_AUTO_TEST_CASE(it_may_be_started_before_the_first_message_and_brings_its_socket) {
  const Site site;
  site.run("systemctl stop inbound-sms.socket && systemctl start inbound-sms.service");
  BOOST_TEST(is_active(site));
  BOOST_TEST(site.run("systemctl is-active inbound-sms.socket") == "active");
  BOOST_TEST(site.get(message("0C01")).status == 204);
}

BOOST_AUTO_TEST_CASE(settings_are_those_of_the_file_in_etc) {
  const Site site("INBOUND_SMS_LOG=/var/log/inbound-sms/of-%Y/%m.jsonl\n");
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.run("cat /var/log/inbound-sms/of-*/*.jsonl | wc -l") == "1");
}

// Nothing but the file needs to be put right.
BOOST_AUTO_TEST_CASE(a_message_waits_while_a_wrong_setting_is_put_right) {
  const Site site("INBOUND_SMS_REMEMBER=soon\n");
  auto answer = std::async(std::launch::async, [&] { return site.get(message("0C01")).status; });
  BOOST_TEST(wait_until([&] { return contains(site.journal(), "INBOUND_SMS_REMEMBER=soon"); }));
  std::ofstream(site.machine().at("/etc/inbound-sms.conf")) << "INBOUND_SMS_REMEMBER=96h\n";
  answer.wait();
  BOOST_TEST(deliver(site, "0C01"));
  BOOST_TEST(site.log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_renamed_is_followed_by_a_new_one_and_remembered) {
  const Site site;
  BOOST_TEST(site.get(message("0C01")).status == 204);
  site.run("cd /var/log/inbound-sms && for file in *.jsonl; do mv $file $file.1; done");
  BOOST_TEST(site.get(message("0C02")).status == 204);
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST((ids_in(site.log()) == std::vector<std::string>{"0C01", "0C02"}));
  BOOST_TEST(site.run("ls /var/log/inbound-sms | wc -l") == "2");
}

// Put there as README.md says. Replaced by rename, as most editors do.
BOOST_AUTO_TEST_CASE(new_secrets_count_at_once_and_are_in_no_journal) {
  const Site site(
      "INBOUND_SMS_SIGNATURE_METHOD=sha256hmac\n"
      "INBOUND_SMS_SIGNATURE_SECRETS=/etc/inbound-sms/secrets\n");
  site.run("install -d -m 0750 -g inbound-sms /etc/inbound-sms");
  const auto put = [&site](const std::string& secret) {
    site.run("cd /etc/inbound-sms && echo '" + secret + "' >new && chown inbound-sms new && " +
             "chmod 0600 new && mv new secrets");
  };
  put("secret-one");
  BOOST_TEST(site.get(signed_query("0C01", "secret-one")).status == 204);
  BOOST_TEST(site.get(signed_query("0C02", "secret-two")).status == 503);
  put("secret-two");
  BOOST_TEST(site.get(signed_query("0C02", "secret-two")).status == 204);
  BOOST_TEST(site.log().size() == 2U);
  BOOST_TEST(contains(site.journal(), "inbound-sms: rejected: "));
  BOOST_TEST(!contains(site.run("journalctl --no-pager"), "secret-"));
}

BOOST_AUTO_TEST_CASE(the_journal_has_what_the_handler_says_and_nothing_of_a_message) {
  const Site site;
  BOOST_TEST(site.get(message("0C01") + "&text=private").status == 204);
  BOOST_TEST(site.get(message("0C01") + "&text=private").status == 204);
  const HttpAnswer refused = site.machine().send(
      {.method = "POST",
       .url = "http://127.0.0.1/webhooks/inbound-sms",
       .headers = {"Content-Type: application/json", "Authorization: Bearer private"},
       .body = R"({"private)"});
  BOOST_TEST(refused.status == 400);
  const std::string journal = site.journal();
  for (const char* line : {"inbound-sms: ready; messages go to /var/log/inbound-sms/",
                           "inbound-sms: a repeat, on the log already", "inbound-sms: rejected: "})
    BOOST_TEST(contains(journal, line), journal);
  BOOST_TEST(!contains(journal, "private"), journal);
  BOOST_TEST(!contains(site.run("journalctl --no-pager"), "private"));
}

BOOST_AUTO_TEST_CASE(the_tool_works_as_the_user_of_the_service) {
  const Site site;
  const std::string tool = "runuser -u inbound-sms -- inbound-sms ";
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(contains(site.run(tool + "follow --all | head -n 1"), " -> "));
  BOOST_TEST(contains(site.run(tool + "verify"), "1 line"));
  const std::string url = " --url http://127.0.0.1/webhooks/inbound-sms";
  const Ran checked = site.machine().run(tool + "check" + url);
  BOOST_TEST(checked.code == 0, checked.output);
  BOOST_TEST(contains(checked.output, "test message: on the log"), checked.output);
  BOOST_TEST(site.machine().run("runuser -u nobody -- inbound-sms verify").code != 0);
}

BOOST_AUTO_TEST_SUITE_END()
