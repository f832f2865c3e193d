#include "tools/event.h"

#include <boost/test/unit_test.hpp>

using namespace inbound_sms;
using namespace inbound_sms::tools;
using vonage::Kind;

// What Vonage tells of, as its documents and captured requests show it.

namespace {

const Time kSent = *from_iso("2026-11-24T07:30:12.345678Z");

std::string text_of(const Event& event, const char* name) {
  const vonage::Value* const value = event.parameters.find(name);
  return value == nullptr ? "nothing" : value->text;
}

std::string joined_text(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) text += text_of(event, "text");
  return text;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(a_short_sms_is_one_event) {
  const auto events = sms_events({.id = "0C01", .text = "hello there"});
  BOOST_REQUIRE_EQUAL(events.size(), 1);
  BOOST_TEST(events[0].id == "0C01");
  BOOST_TEST(events[0].parameters.to_json() ==
             R"({"msisdn":"447700900001","to":"447700900000","messageId":"0C01",)"
             R"("text":"hello there","type":"text","keyword":"HELLO"})");
}

BOOST_AUTO_TEST_CASE(a_long_sms_is_one_event_for_each_part) {
  const std::string text = repeated("0123456789", 16) + "x";
  const auto events = sms_events({.id = "0C01", .text = text}, "08B5");
  BOOST_REQUIRE_EQUAL(events.size(), 2);
  BOOST_TEST(events[0].id == "0C0101");
  BOOST_TEST(events[1].id == "0C0102");
  BOOST_TEST(events[1].parameters.to_json() ==
             R"({"msisdn":"447700900001","to":"447700900000","messageId":"0C0102",)"
             R"("concat":"true","concat-ref":"08B5","concat-total":"2","concat-part":"2",)"
             R"("text":"3456789x","type":"text","keyword":"3456789X"})");
  BOOST_TEST(joined_text(events) == text);
}

BOOST_AUTO_TEST_CASE(one_sms_holds_160_characters_of_ascii_or_70_units_of_utf_16) {
  BOOST_TEST(sms_events({.text = std::string(160, 'x')}).size() == 1U);
  BOOST_TEST(sms_events({.text = std::string(161, 'x')}).size() == 2U);
  BOOST_TEST(sms_events({.text = repeated("é", 70)}).size() == 1U);
  BOOST_TEST(sms_events({.text = repeated("é", 71)}).size() == 2U);
  BOOST_TEST(sms_events({.text = repeated("😀", 35)}).size() == 1U);
  BOOST_TEST(sms_events({.text = repeated("😀", 36)}).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_part_holds_153_characters_of_ascii_or_67_units_of_utf_16_and_splits_none) {
  BOOST_TEST(text_of(sms_events({.text = std::string(161, 'x')})[0], "text").size() == 153U);
  BOOST_TEST(text_of(sms_events({.text = repeated("é", 71)})[0], "text") == repeated("é", 67));
  const auto events = sms_events({.text = repeated("😀", 36)});
  BOOST_TEST(text_of(events[0], "text") == repeated("😀", 33));
  BOOST_TEST(text_of(events[0], "type") == "unicode");
}

BOOST_AUTO_TEST_CASE(the_keyword_is_the_first_word_of_the_part_up_to_a_blank_or_a_plus) {
  BOOST_TEST(text_of(sms_events({.text = "one+two three"})[0], "keyword") == "ONE");
  BOOST_TEST(text_of(sms_events({.text = ""})[0], "keyword") == "");
}

BOOST_AUTO_TEST_CASE(the_kinds_are_those_that_the_receiver_will_find) {
  for (const Event& event : {sms_events({.id = "0C01", .text = ""})[0],
                             receipt_event({.id = "0C01"}, kSent), message_event({}, kSent)})
    BOOST_TEST((vonage::classify(event.parameters) == event.kind));
}

BOOST_AUTO_TEST_CASE(a_receipt_says_what_became_of_a_message_and_when) {
  const Event event = receipt_event({.id = "0C01", .status = "failed", .err_code = "6"}, kSent);
  BOOST_TEST(event.id == "0C01");
  BOOST_TEST(event.parameters.to_json() ==
             R"({"msisdn":"447700900001","to":"447700900000","network-code":"23410",)"
             R"("messageId":"0C01","price":"0.03330000","status":"failed","scts":"2611240730",)"
             R"("err-code":"6"})");
}

BOOST_AUTO_TEST_CASE(the_messages_api_joins_the_parts) {
  const Event event = message_event({.id = "a580f869", .text = std::string(161, 'x')}, kSent);
  BOOST_TEST(event.id == "a580f869");
  BOOST_TEST(event.parameters.to_json() ==
             R"({"to":"447700900000","from":"447700900001","channel":"sms",)"
             R"("message_uuid":"a580f869","timestamp":"2026-11-24T07:30:12Z",)"
             R"("message_type":"text","text":")" +
                 std::string(161, 'x') + R"(","sms":{"num_messages":"2"}})");
}

BOOST_AUTO_TEST_SUITE_END()
