#include "tools/signing.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tools/deliver.h"
#include "tools/inbound_request.h"
#include "vonage/decode.h"
#include "vonage/proof.h"

using namespace inbound_sms;
using namespace inbound_sms::tools;
using vonage::SignatureMethod;

namespace {

const Time kPushed = *from_iso("2026-11-24T07:30:12.345678Z");
const std::string kUrl = "https://sms.example.com/webhooks/inbound-sms";
const std::string kSecret = "a secret for tests";
constexpr SignatureMethod kMethods[] = {SignatureMethod::md5hash, SignatureMethod::md5hmac,
                                        SignatureMethod::sha1hmac, SignatureMethod::sha256hmac,
                                        SignatureMethod::sha512hmac};

const Event kEvent = sms_events({.id = "0C01", .text = "1+1 & 2=2 😀"}).front();

std::string query_of(const InboundRequest& request) {
  return request.url.substr(std::min(request.url.find('?') + 1, request.url.size()));
}

// What a receiver says of it at this time; empty: it is proven.
std::string doubt_of(const InboundRequest& request, SignatureMethod method, Time now = kPushed) {
  const bool get = request.method == "GET";
  const auto delivery =
      vonage::decode({get ? vonage::Method::get : vonage::Method::post,
                      get ? query_of(request) : "", request.content_type, request.body});
  BOOST_REQUIRE(bool(delivery));
  vonage::Unproven unproven{*vonage::classify(delivery->parameters), *delivery, {}, request.body};
  if (!request.authorization.empty()) unproven.authorization = request.authorization;
  const Status proven =
      vonage::check_proof(unproven, {method, std::chrono::hours(1)}, {kSecret}, now);
  return proven ? "" : proven.error().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signing)

BOOST_AUTO_TEST_CASE(every_method_is_proof_enough_in_every_form) {
  for (const SignatureMethod method : kMethods)
    for (const Form form : {Form::get, Form::post, Form::post_json}) {
      const auto request = to_request(kEvent, form, kUrl, kPushed, Signing{method, kSecret});
      BOOST_TEST(doubt_of(request, method) == "", vonage::to_word(method));
      const auto wrong = to_request(kEvent, form, kUrl, kPushed, Signing{method, "another"});
      BOOST_TEST(doubt_of(wrong, method) == "the signature is wrong (sig)");
    }
}

// Computed by Python's hashlib and hmac.
BOOST_AUTO_TEST_CASE(the_proof_is_what_others_compute_in_the_case_that_vonage_uses) {
  const auto form_by = [](SignatureMethod method) {
    return to_request(sms_events({.id = "0C01"}).front(), Form::post, kUrl, kPushed,
                      Signing{method, kSecret})
        .body;
  };
  const std::string form =
      "msisdn=447700900001&to=447700900000&messageId=0C01&text=Hello&type=text&keywor"
      "d=HELLO&message-timestamp=2026-11-24+07%3A30%3A12&timestamp=1795505412&nonce=b"
      "20dc0e2-435e-a049-e207-59b53b86374d";
  BOOST_TEST(form_by(SignatureMethod::md5hash) == form + "&sig=32da40c24500e34832223f8a11ac0b7f");
  BOOST_TEST(form_by(SignatureMethod::sha256hmac) ==
             form +
                 "&sig="
                 "D2493DEB4E33EAD9ABD900400CF0E0F9DB6BDEF170208F928293ECB934CF17D2");
  BOOST_TEST(authorization_for("{}", {SignatureMethod::token, kSecret}, kPushed) ==
             "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTU1MDU0MTIsImp0aSI6Ij"
             "I5YmM2NWJjLTE0YzItMGRjOC1hODQzLWUxMzAwNWU2ODhkMyIsImlzcyI6IlZvbmFnZSIsInBheWxv"
             "YWRfaGFzaCI6IjQ0MTM2ZmEzNTViMzY3OGExMTQ2YWQxNmY3ZTg2NDllOTRmYjRmYzIxZmU3N2U4Mz"
             "EwYzA2MGY2MWNhYWZmOGEiLCJhcGlfa2V5IjoiYTFiMmMzZDQifQ.BHUYGzOMJfbJCWS-fYPLcjzrV"
             "wgQYRtHHT5BW4E9USs");
}

BOOST_AUTO_TEST_CASE(a_query_that_the_url_has_is_signed_with_a_get_and_does_not_count_with_a_post) {
  const Signing signing{SignatureMethod::sha256hmac, kSecret};
  for (const Form form : {Form::get, Form::post, Form::post_json}) {
    const auto request = to_request(kEvent, form, kUrl + "?key=1%262", kPushed, signing);
    BOOST_TEST(doubt_of(request, signing.method) == "");
  }
}

BOOST_AUTO_TEST_CASE(the_messages_api_has_a_token_for_its_body_whatever_the_method_is) {
  const Event event = message_event({.id = "a580f869"}, kPushed);
  for (const SignatureMethod method : {SignatureMethod::md5hash, SignatureMethod::token}) {
    auto request = to_request(event, Form::get, kUrl, kPushed, Signing{method, kSecret});
    BOOST_TEST(request.body == event.parameters.to_json());
    BOOST_TEST(doubt_of(request, method) == "");
    request.body.insert(1, " ");
    BOOST_TEST(doubt_of(request, method) == "the token is for another body (payload_hash)");
  }
}

BOOST_AUTO_TEST_CASE(an_account_that_uses_the_messages_api_alone_signs_no_sms) {
  const auto request =
      to_request(kEvent, Form::get, kUrl, kPushed, Signing{SignatureMethod::token, kSecret});
  BOOST_TEST(request.url == to_request(kEvent, Form::get, kUrl, kPushed).url);
}

BOOST_AUTO_TEST_CASE(the_same_time_gives_the_same_request_and_another_another_nonce) {
  const Signing signing{SignatureMethod::md5hash, kSecret};
  const Event message = message_event({.id = "a580f869"}, kPushed);
  const auto at = [&](const Event& event, Time time) {
    const InboundRequest request = to_request(event, Form::post_json, kUrl, time, signing);
    return request.authorization + request.body;
  };
  for (const Event& event : {kEvent, message}) {
    BOOST_TEST(at(event, kPushed) == at(event, kPushed));
    BOOST_TEST(at(event, kPushed) != at(event, kPushed + std::chrono::microseconds(1)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
