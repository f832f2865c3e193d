#include "vonage/kind.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "vonage/form.h"
#include "vonage/json.h"

using namespace inbound_sms::vonage;

namespace {

std::string word_of(const Parameters& parameters) {
  const auto kind = classify(parameters);
  return kind ? std::string(to_word(*kind)) : "none";
}

std::string form_kind(std::string_view text) {
  return word_of(parse_form(text).parameters);
}
std::string json_kind(std::string_view text) {
  return word_of(parse_json_object(text)->parameters);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kinds)

BOOST_AUTO_TEST_CASE(no_parameters_are_no_kind) {
  BOOST_TEST(form_kind("") == "none");
}

BOOST_AUTO_TEST_CASE(content_and_a_number_are_an_inbound_sms) {
  for (const char* marker : {"text=", "data=00", "udh=", "keyword=X", "concat=true", "type=text",
                             "type=unicode", "type=binary"}) {
    BOOST_TEST(form_kind("msisdn=1&" + std::string(marker)) == "inbound-sms", marker);
    BOOST_TEST(form_kind("to=1&" + std::string(marker)) == "inbound-sms", marker);
  }
}

BOOST_AUTO_TEST_CASE(content_wins_over_the_members_of_a_receipt) {
  BOOST_TEST(form_kind("to=1&text=x&status=delivered") == "inbound-sms");
}

BOOST_AUTO_TEST_CASE(content_without_a_number_is_unrecognized) {
  BOOST_TEST(form_kind("text=x&messageId=1") == "unrecognized");
  BOOST_TEST(form_kind("text=x&status=delivered") == "unrecognized");
}

BOOST_AUTO_TEST_CASE(another_type_is_no_content) {
  BOOST_TEST(form_kind("to=1&type=voice") == "unrecognized");
  BOOST_TEST(form_kind("to=1&type=Text") == "unrecognized");
  BOOST_TEST(json_kind(R"({"to":"1","type":["text"]})") == "unrecognized");
}

BOOST_AUTO_TEST_CASE(status_error_code_or_scts_without_content_are_a_receipt) {
  for (const char* member : {"status=x", "err-code=0", "scts=1"})
    BOOST_TEST(form_kind("messageId=1&" + std::string(member)) == "delivery-receipt", member);
}

BOOST_AUTO_TEST_CASE(members_of_the_messages_api_are_a_message) {
  for (const char* member : {"message_uuid", "channel", "message_type"}) {
    BOOST_TEST(json_kind("{\"" + std::string(member) + "\":\"x\"}") == "message", member);
    BOOST_TEST(json_kind("{\"msisdn\":\"1\",\"text\":\"\",\"" + std::string(member) +
                         "\":\"x\"}") == "message");
  }
}

BOOST_AUTO_TEST_CASE(its_status_without_content_is_a_status) {
  BOOST_TEST(json_kind(R"({"message_uuid":"1","status":"read"})") == "message-status");
  BOOST_TEST(json_kind(R"({"message_uuid":"1","status":"read","text":"x"})") == "message");
  BOOST_TEST(json_kind(R"({"channel":"sms","status":"read","message_type":"text"})") == "message");
}

BOOST_AUTO_TEST_CASE(a_name_counts_when_its_value_is_null) {
  BOOST_TEST(json_kind(R"({"to":"1","text":null})") == "inbound-sms");
  BOOST_TEST(json_kind(R"({"to":null,"text":null})") == "inbound-sms");
  BOOST_TEST(json_kind(R"({"to":"1","status":null})") == "delivery-receipt");
  BOOST_TEST(json_kind(R"({"message_uuid":null,"text":"x"})") == "message");
}

BOOST_AUTO_TEST_CASE(names_count_in_their_case) {
  BOOST_TEST(form_kind("to=1&Text=x") == "unrecognized");
}

BOOST_AUTO_TEST_CASE(anything_else_is_unrecognized) {
  BOOST_TEST(form_kind("a=1") == "unrecognized");
  BOOST_TEST(form_kind("msisdn=1&to=2&messageId=3") == "unrecognized");
}

BOOST_AUTO_TEST_SUITE_END()
