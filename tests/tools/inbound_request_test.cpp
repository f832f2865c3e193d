#include "tools/inbound_request.h"

#include <boost/test/unit_test.hpp>

#include "vonage/decode.h"

using namespace inbound_sms;
using namespace inbound_sms::tools;

namespace {

const Time kPushed = *from_iso("2026-11-24T07:30:12.345678Z");
const std::string kUrl = "https://sms.example.com/webhooks/inbound-sms";

const Event kEvent = sms_events({.from = "ACME", .id = "0C01", .text = "café 1+1"}).front();
const std::string kForm =
    "msisdn=ACME&to=447700900000&messageId=0C01&text=caf%C3%A9+1%2B1&type=unicode&"
    "keyword=CAF%C3%A9&message-timestamp=2026-11-24+07%3A30%3A12";

}  // namespace

BOOST_AUTO_TEST_SUITE(inbound_request)

BOOST_AUTO_TEST_CASE(a_get_has_all_in_its_query) {
  const InboundRequest request = to_request(kEvent, Form::get, kUrl, kPushed);
  BOOST_TEST(request.method == "GET");
  BOOST_TEST(request.url == kUrl + "?" + kForm);
  BOOST_TEST(request.content_type == "");
  BOOST_TEST(request.body == "");
}

BOOST_AUTO_TEST_CASE(a_get_adds_to_the_query_that_the_url_has) {
  const InboundRequest request = to_request(kEvent, Form::get, kUrl + "?key=1", kPushed);
  BOOST_TEST(request.url == kUrl + "?key=1&" + kForm);
}

BOOST_AUTO_TEST_CASE(a_post_has_all_in_a_form) {
  const InboundRequest request = to_request(kEvent, Form::post, kUrl, kPushed);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.url == kUrl);
  BOOST_TEST(request.content_type == "application/x-www-form-urlencoded; charset=UTF-8");
  BOOST_TEST(request.body == kForm);
}

BOOST_AUTO_TEST_CASE(a_post_json_has_all_in_one_object) {
  const InboundRequest request = to_request(kEvent, Form::post_json, kUrl, kPushed);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.url == kUrl);
  BOOST_TEST(request.content_type == "application/json");
  BOOST_TEST(request.body ==
             R"({"msisdn":"ACME","to":"447700900000","messageId":"0C01","text":"café 1+1",)"
             R"("type":"unicode","keyword":"CAFé","message-timestamp":"2026-11-24 07:30:12"})");
}

BOOST_AUTO_TEST_CASE(each_byte_that_a_form_may_not_have_is_escaped) {
  std::string every_byte;
  for (int byte = 1; byte < 128; ++byte) every_byte += char(byte);
  const Event event = sms_events({.id = "0C01", .text = every_byte}).front();
  const InboundRequest request = to_request(event, Form::post, kUrl, kPushed);
  const auto decoded =
      vonage::decode({vonage::Method::post, "", request.content_type, request.body});
  BOOST_REQUIRE(bool(decoded));
  BOOST_TEST(decoded->parameters.find("text")->text == every_byte);
  BOOST_TEST(decoded->parameters.size() == 7U);
}

BOOST_AUTO_TEST_CASE(the_messages_api_is_json_in_any_form_and_has_a_time_of_its_own) {
  const Event event = message_event({.id = "a580f869"}, kPushed);
  const InboundRequest request = to_request(event, Form::get, kUrl, kPushed);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.content_type == "application/json");
  BOOST_TEST(request.body == event.parameters.to_json());
}

BOOST_AUTO_TEST_SUITE_END()
