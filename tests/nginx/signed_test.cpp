#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

#include "nginx/site.h"
#include "support/json.h"
#include "support/replace.h"
#include "support/secrets.h"
#include "support/text.h"
#include "tools/inbound_request.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using tools::Event;
using tools::Form;
using vonage::SignatureMethod;

// Signed requests through nginx: each method in each form, and what somebody can do who has seen
// one on its way and sends it again, as it was or changed.

namespace {

constexpr Form kForms[] = {Form::get, Form::post, Form::post_json};

struct SignedSite : Site {
  explicit SignedSite(SignatureMethod its = SignatureMethod::md5hash, const Environment& more = {})
      : Site({.settings = more,
              .settings_in =
                  [=](const TemporaryFolder& folder) {
                    return ask_for_signatures(folder, std::string(kSecret) + "\n", its);
                  }}),
        method(its) {}

  tools::InboundRequest request(const Event& event, Form form, Time made = system_clock().now(),
                                const std::string& query = "") const {
    return tools::to_request(event, form, nginx().url() + query, made, signed_by(kSecret, method));
  }
  static HttpAnswer send(const tools::InboundRequest& made) {
    HttpRequest request{.method = made.method, .url = made.url};
    request.headers = {"Content-Type: " + made.content_type};
    if (!made.authorization.empty())
      request.headers.push_back("Authorization: " + made.authorization);
    if (made.method == "POST") request.body = made.body;
    return testing::send(request);
  }

  SignatureMethod method;
};

Event sms(const std::string& id, const std::string& text = "Hello") {
  return tools::sms_events({.id = id, .text = text}).front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signed_requests)

BOOST_AUTO_TEST_CASE(every_method_is_taken_in_every_form_and_no_other_secret) {
  for (const SignatureMethod method :
       {SignatureMethod::md5hash, SignatureMethod::md5hmac, SignatureMethod::sha1hmac,
        SignatureMethod::sha256hmac, SignatureMethod::sha512hmac}) {
    SignedSite site(method);
    int number = 0;
    for (const Form form : kForms) {
      const Event event = sms("0C0" + std::to_string(++number), "1+1 & 2=2 \U0001f600");
      auto forged = site.request(event, form);
      BOOST_TEST((replace_all(forged.url, "0C0", "0D0") + replace_all(forged.body, "0C0", "0D0")) >
                 0);
      BOOST_TEST(SignedSite::send(forged).status == 503);
      BOOST_TEST(SignedSite::send(site.request(event, form)).status == 204,
                 vonage::to_word(method));
    }
    const auto log = site.handler().log();
    BOOST_REQUIRE(log.size() == 3U);
    for (const auto& line : log) {
      BOOST_TEST(string_of(line, "signature") == "valid");
      BOOST_TEST((string_of(line["message"], "text") == "1+1 & 2=2 \U0001f600"));
    }
    BOOST_TEST(site.handler().rejected().size() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(with_the_method_token_only_the_messages_api_is_taken) {
  SignedSite site(SignatureMethod::token);
  const Event message = tools::message_event({.id = "a580f869"}, system_clock().now());
  BOOST_TEST(SignedSite::send(site.request(message, Form::post_json)).status == 204);
  const auto signed_sms = tools::to_request(sms("0C01"), Form::get, site.nginx().url(),
                                            system_clock().now(), signed_by());
  BOOST_TEST(SignedSite::send(signed_sms).status == 503);
  BOOST_TEST(site.handler().log().size() == 1U);
}

// The token vouches for the bytes of the body.
BOOST_AUTO_TEST_CASE(a_token_is_for_its_body_alone) {
  SignedSite site;
  const Event message = tools::message_event({.id = "a580f869"}, system_clock().now());
  auto request = site.request(message, Form::post_json);
  request.body.insert(1, " ");
  BOOST_TEST(SignedSite::send(request).status == 503);
  request.body = tools::message_event({.id = "a580f869", .text = "Hullo"}, system_clock().now())
                     .parameters.to_json();
  BOOST_TEST(SignedSite::send(request).status == 503);
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(a_parameter_of_the_callback_url_is_signed_with_the_others_of_a_get) {
  SignedSite site;
  const Time now = system_clock().now();
  BOOST_TEST(SignedSite::send(site.request(sms("0C01"), Form::get, now, "?key=1%262")).status ==
             204);
  BOOST_TEST(SignedSite::send(site.request(sms("0C02"), Form::post, now, "?key=1%262")).status ==
             204);
  auto changed = site.request(sms("0C03"), Form::get, now, "?key=1");
  replace_all(changed.url, "key=1", "key=2");
  BOOST_TEST(SignedSite::send(changed).status == 503);
  BOOST_TEST(site.handler().log().size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_same_request_again_is_the_message_that_is_stored) {
  SignedSite site;
  for (const Form form : kForms) {
    const auto request = site.request(sms("0C01"), form);
    for (int times = 0; times < 3; ++times) BOOST_TEST(SignedSite::send(request).status == 204);
  }
  const auto token =
      site.request(tools::message_event({.id = "a"}, system_clock().now()), Form::post_json);
  for (int times = 0; times < 3; ++times) BOOST_TEST(SignedSite::send(token).status == 204);
  BOOST_TEST(site.handler().log().size() == 2U);
  BOOST_TEST(site.handler().rejected().empty());
}

// The signature cannot tell `&`, `=` and `_` apart in a value: so they make no other message.
BOOST_AUTO_TEST_CASE(what_is_swapped_without_a_change_of_the_signature_is_no_other_message) {
  SignedSite site;
  const auto request = site.request(sms("0C_01", "a_b"), Form::post);
  BOOST_TEST(SignedSite::send(request).status == 204);
  for (const auto& [what, by] :
       {std::pair("text=a_b", "text=a%26b"), std::pair("text=a_b", "text=a%3Db"),
        std::pair("text=a_b", "text=a=b"), std::pair("messageId=0C_01", "messageId=0C%2601")}) {
    auto swapped = request;
    BOOST_REQUIRE(replace_all(swapped.body, what, by) == 1);
    BOOST_TEST(SignedSite::send(swapped).status == 204, by);
  }
  BOOST_TEST(site.handler().log().size() == 1U);
}

// `&text=a&to=b` is the same text to sign, whatever of it is a name.
BOOST_AUTO_TEST_CASE(a_name_that_swallows_another_parameter_is_refused) {
  SignedSite site;
  const auto request = site.request(sms("0C01", "a"), Form::post);
  for (const auto& [what, by] :
       {std::pair("text=a&type=text", "text%3Da%26type=text"), std::pair("text=a&", "text%3Da&"),
        std::pair("text=a&", "text=a&%26=&"), std::pair("text=a&", "text=a&text=a&"),
        std::pair("sig=", "sig=&sig=")}) {
    auto changed = request;
    BOOST_REQUIRE(replace_all(changed.body, what, by) == 1);
    BOOST_TEST(SignedSite::send(changed).status == 503, by);
  }
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(a_proof_that_is_too_old_or_of_the_future_is_refused_and_one_within_is_taken) {
  SignedSite site(SignatureMethod::sha256hmac, {{"INBOUND_SMS_REMEMBER", "5m"}});
  const Time now = system_clock().now();
  int number = 0;
  for (const auto& [made, status] : {std::pair(now - 10min, 503), std::pair(now - 2min, 204),
                                     std::pair(now + 3min, 204), std::pair(now + 10min, 503)}) {
    const std::string id = "0C0" + std::to_string(++number);
    BOOST_TEST(SignedSite::send(site.request(sms(id), Form::get, made)).status == status);
    const Event message = tools::message_event({.id = id}, made);
    BOOST_TEST(SignedSite::send(site.request(message, Form::post_json, made)).status == status);
  }
  BOOST_TEST(site.handler().log().size() == 4U);
  BOOST_TEST(contains(string_of(site.handler().rejected()[0], "reason"), " old, more than the "));
}

BOOST_AUTO_TEST_SUITE_END()
