#include "vonage/identity.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "base/digest.h"
#include "vonage/form.h"
#include "vonage/json.h"

using namespace inbound_sms;
using namespace inbound_sms::vonage;

namespace {

using Key = std::optional<Identity>;

Key key(const Parameters& parameters) {
  return identity(*classify(parameters), parameters);
}
Key form_key(std::string_view text) {
  return key(parse_form(text).parameters);
}
Key json_key(std::string_view text) {
  return key(parse_json_object(text)->parameters);
}

// The key whose digest is taken over `input`.
Identity half_of_sha256(std::string_view input) {
  const Sha256 digest = sha256(input);
  Identity half;
  std::copy_n(digest.begin(), half.size(), half.begin());
  return half;
}

const std::string kMessage =
    "messageId=0C01&to=447700900000&msisdn=447700900001&type=text&text=Hello";

}  // namespace

BOOST_AUTO_TEST_SUITE(identities)

BOOST_AUTO_TEST_CASE(an_inbound_sms_is_its_kind_and_ten_members) {
  BOOST_TEST((form_key("text=a%22b&messageId=0C01&to=2&msisdn=1&type=text&data=d&udh=u&concat-ref=r"
                       "&concat-total=3&concat-part=1") ==
              half_of_sha256("inbound-sms\nmessageId=4:0C01\nto=1:2\nmsisdn=1:1\ntype=4:text\n"
                             "text=4:a\\\"b\ndata=1:d\nudh=1:u\nconcat-ref=1:r\n"
                             "concat-total=1:3\nconcat-part=1:1\n")));
}

BOOST_AUTO_TEST_CASE(a_delivery_receipt_is_its_kind_and_four_members) {
  BOOST_TEST((form_key("messageId=0C01&status=delivered&err-code=0&scts=2001011400&price=1") ==
              half_of_sha256("delivery-receipt\nmessageId=4:0C01\nstatus=9:delivered\n"
                             "err-code=1:0\nscts=10:2001011400\n")));
}

BOOST_AUTO_TEST_CASE(a_message_is_its_kind_and_seven_members) {
  BOOST_TEST((json_key(R"({"message_uuid":"u","from":"1","to":{"type":"sms", "number":2},)"
                       R"("channel":"sms","message_type":"text","text":"x","message":{}})") ==
              half_of_sha256("message\nmessage_uuid=1:u\nfrom=1:1\n"
                             "to=25:{\"type\":\"sms\",\"number\":2}\nchannel=3:sms\n"
                             "message_type=4:text\ntext=1:x\nmessage=2:{}\n")));
}

BOOST_AUTO_TEST_CASE(a_message_status_is_its_kind_and_four_members) {
  BOOST_TEST((json_key(R"({"message_uuid":"u","status":"read","timestamp":1.50,"error":null})") ==
              half_of_sha256("message-status\nmessage_uuid=1:u\nstatus=4:read\n"
                             "timestamp=4:1.50\nerror=0:\n")));
}

BOOST_AUTO_TEST_CASE(the_same_message_has_one_key_in_all_three_forms) {
  const auto query = form_key("messageId=1&to=2&text=%F0%9F%98%80+%22&type=unicode");
  BOOST_REQUIRE(query.has_value());
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","text":"\ud83d\ude00 \"","type":"unicode"})") ==
              query));
  BOOST_TEST(
      (json_key("{\"type\":\"unicode\",\"text\":\"😀 \\u0022\",\"to\":2,\"messageId\":\"1\"}") ==
       query));
}

BOOST_AUTO_TEST_CASE(what_changes_with_each_attempt_does_not_count) {
  BOOST_TEST((form_key(kMessage + "&message-timestamp=2026-11-24+07%3A30%3A12&timestamp=1&nonce=n"
                                  "&sig=s&keyword=HELLO&api-key=k&other=1") == form_key(kMessage)));
}

BOOST_AUTO_TEST_CASE(each_member_that_counts_makes_another_message) {
  for (const char* other :
       {"messageId=0C02&to=447700900000&msisdn=447700900001&type=text&text=Hello",
        "messageId=0C01&to=447700900002&msisdn=447700900001&type=text&text=Hello",
        "messageId=0C01&to=447700900000&msisdn=447700900002&type=text&text=Hello",
        "messageId=0C01&to=447700900000&msisdn=447700900001&type=unicode&text=Hello",
        "messageId=0C01&to=447700900000&msisdn=447700900001&type=text&text=Hello+"})
    BOOST_TEST((form_key(other) != form_key(kMessage)), other);
  for (const char* more :
       {"&data=1", "&udh=1", "&concat-ref=1", "&concat-total=1", "&concat-part=1"})
    BOOST_TEST((form_key(kMessage + more) != form_key(kMessage)), more);
}

BOOST_AUTO_TEST_CASE(bytes_do_not_wander_from_one_member_to_the_next) {
  BOOST_TEST(
      (form_key("messageId=1&to=2&text=ab&data=c") != form_key("messageId=1&to=2&text=a&data=bc")));
}

BOOST_AUTO_TEST_CASE(absent_null_and_empty_are_equal) {
  const auto absent = json_key(R"({"messageId":"1","to":"2","type":"text"})");
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","type":"text","text":null})") == absent));
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","type":"text","text":""})") == absent));
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","type":"text","text":"null"})") != absent));
}

BOOST_AUTO_TEST_CASE(ampersand_and_equals_count_as_underscore) {
  const auto underscores = form_key("messageId=1_1&to=2&text=a_b_c");
  BOOST_TEST((form_key("messageId=1%261&to=2&text=a%26b%3Dc") == underscores));
  BOOST_TEST((form_key("messageId=1=1&to=2&text=a=b_c") == underscores));
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","text":{"a":"&="}})") ==
              json_key(R"({"messageId":"1","to":"2","text":{"a":"__"}})")));
}

BOOST_AUTO_TEST_CASE(numbers_and_booleans_count_as_spelled) {
  BOOST_TEST((json_key(R"({"messageId":1.0,"to":2,"text":true})") ==
              form_key("messageId=1.0&to=2&text=true")));
  BOOST_TEST((json_key(R"({"messageId":1.0,"to":2,"text":""})") !=
              json_key(R"({"messageId":1,"to":2,"text":""})")));
}

BOOST_AUTO_TEST_CASE(arrays_and_objects_count_as_their_compact_json) {
  const auto compact = json_key(R"({"messageId":"1","to":"2","text":[1,{"a":"\/"}]})");
  BOOST_TEST((json_key("{\"messageId\":\"1\",\"to\":\"2\",\"text\":[ 1, { \"a\" : \"/\" } ]}") ==
              compact));
  BOOST_TEST((json_key(R"({"messageId":"1","to":"2","text":[1,{"a":""}]})") != compact));
  BOOST_TEST((form_key("messageId=1&to=2&text=a&text=b") ==
              json_key(R"({"messageId":"1","to":"2","text":["a","b"]})")));
}

BOOST_AUTO_TEST_CASE(a_usable_id_is_a_scalar_that_is_not_empty) {
  for (const char* id : {"\"x\"", "1", "0", "true", "\"null\"", "\" \""}) {
    BOOST_TEST(
        json_key("{\"to\":\"2\",\"text\":\"x\",\"messageId\":" + std::string(id) + "}").has_value(),
        id);
  }
  for (const char* id : {"null", "\"\"", "[\"x\"]", "{}", "[]"}) {
    const std::string value(id);
    BOOST_TEST(!json_key("{\"to\":\"2\",\"text\":\"x\",\"messageId\":" + value + "}").has_value(),
               id);
    BOOST_TEST(!json_key("{\"status\":\"x\",\"messageId\":" + value + "}").has_value(), id);
    BOOST_TEST(!json_key("{\"text\":\"x\",\"message_uuid\":" + value + "}").has_value(), id);
    BOOST_TEST(!json_key("{\"status\":\"x\",\"message_uuid\":" + value + "}").has_value(), id);
  }
  BOOST_TEST(!form_key("to=1&text=x").has_value());
  BOOST_TEST(!form_key("to=1&text=x&messageId=1&messageId=1").has_value());
  BOOST_TEST(!json_key(R"({"channel":"sms","messageId":"1"})").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_unrecognized_has_no_key) {
  BOOST_TEST(!form_key("messageId=1&message=x").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
