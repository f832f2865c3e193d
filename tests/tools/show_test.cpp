#include "tools/show.h"

#include <boost/test/unit_test.hpp>

using inbound_sms::tools::Colour;
using inbound_sms::tools::show;

namespace {

// A line of the log with this kind and this message.
std::string line(const std::string& kind, const std::string& message) {
  return R"({"received":"2026-11-24T07:30:12.345678Z","kind":")" + kind +
         R"(","format":"query","remote":"198.51.100.7","signature":"none","message":)" + message +
         R"(,"crc":"00000000"})";
}

std::string shown(const std::string& kind, const std::string& message) {
  return show(line(kind, message), Colour::off);
}

bool is_printable_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(show_a_line)

BOOST_AUTO_TEST_CASE(an_sms_is_time_sender_receiver_and_text) {
  BOOST_TEST(
      shown(
          "inbound-sms",
          R"({"msisdn":"VONAGETEST","to":"447700900001","text":"This is a test","type":"text"})") ==
      "2026-11-24 07:30:12  VONAGETEST   -> 447700900001  This is a test");
}

BOOST_AUTO_TEST_CASE(a_part_of_a_longer_sms_says_which) {
  BOOST_TEST(shown("inbound-sms", R"({"msisdn":"447700900002","to":"447700900001","concat":"true",)"
                                  R"("concat-ref":"08B5","concat-total":"3","concat-part":"2",)"
                                  R"("text":" and so on ","type":"text"})") ==
             "2026-11-24 07:30:12  447700900002 -> 447700900001  [part 2/3]  and so on ");
}

BOOST_AUTO_TEST_CASE(numbers_in_json_keep_their_spelling) {
  BOOST_TEST(shown("inbound-sms", R"({"msisdn":12345678901234567890,"to":1.0,"text":1E400})") ==
             "2026-11-24 07:30:12  12345678901234567890 -> 1.0           1E400");
}

BOOST_AUTO_TEST_CASE(a_binary_sms_shows_its_header_and_data) {
  BOOST_TEST(shown("inbound-sms", R"({"msisdn":"447700900002","to":"447700900001","type":"binary",)"
                                  R"("udh":"0605040B8423F0","data":"010603"})") ==
             "2026-11-24 07:30:12  447700900002 -> 447700900001  [binary] 0605040B8423F0 010603");
}

BOOST_AUTO_TEST_CASE(a_text_that_is_empty_and_members_that_are_absent_can_be_seen) {
  BOOST_TEST(shown("inbound-sms", R"({"msisdn":"447700900002"})") ==
             "2026-11-24 07:30:12  447700900002 -> ?             (empty)");
}

BOOST_AUTO_TEST_CASE(a_delivery_receipt_goes_from_our_sender_id_to_the_phone) {
  BOOST_TEST(
      shown("delivery-receipt", R"({"msisdn":"447700900002","to":"ACME","status":"failed",)"
                                R"("err-code":"9","messageId":"0A0000000123ABCD1"})") ==
      "2026-11-24 07:30:12  ACME         -> 447700900002  [receipt] failed, error 9, message "
      "0A0000000123ABCD1");
  BOOST_TEST(shown("delivery-receipt",
                   R"({"msisdn":"447700900002","to":"ACME","status":"delivered",)"
                   R"("err-code":"0","messageId":"1"})")
                 .ends_with("[receipt] delivered, message 1"));
}

BOOST_AUTO_TEST_CASE(a_text_of_the_messages_api_looks_like_any_other) {
  const std::string expected = "2026-11-24 07:30:12  447700900002 -> 447700900001  hello";
  BOOST_TEST(shown("message", R"({"from":"447700900002","to":"447700900001","channel":"sms",)"
                              R"("message_type":"text","text":"hello"})") == expected);
  BOOST_TEST(shown("message",
                   R"({"from":{"type":"sms","number":"447700900002"},)"
                   R"("to":{"type":"sms","number":"447700900001"},)"
                   R"("message":{"content":{"type":"text","text":"hello"}}})") == expected);
}

BOOST_AUTO_TEST_CASE(another_type_of_message_is_marked_and_shown_whole) {
  BOOST_TEST(
      shown("message", R"({"from":"1","to":"2","message_type":"image","image":{"url":"u"}})") ==
      "2026-11-24 07:30:12  1            -> 2             [image] "
      R"({"from":"1","to":"2","message_type":"image","image":{"url":"u"}})");
}

BOOST_AUTO_TEST_CASE(a_status_names_its_message_and_error) {
  BOOST_TEST(shown("message-status",
                   R"({"from":"1","to":"2","status":"rejected","message_uuid":"u-1",)"
                   R"("error":{"title":"1020"}})") ==
             "2026-11-24 07:30:12  1            -> 2             [status] rejected, error "
             R"({"title":"1020"}, message u-1)");
}

BOOST_AUTO_TEST_CASE(what_is_not_recognised_is_shown_as_it_came) {
  BOOST_TEST(shown("unrecognized", R"({"a":"1","b":["2",3]})") ==
             R"(2026-11-24 07:30:12  [unrecognized] {"a":"1","b":["2",3]})");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_record_is_shown_as_it_stands) {
  for (const std::string text :
       {"", "garbage", "[]", "{}", "3", R"({"message":{}})", R"({"message":)", R"("text")"})
    BOOST_TEST(show(text, Colour::off) == text);
  BOOST_TEST(show("gar\x1b[2Jbage\n", Colour::on) == "gar\\x1b[2Jbage\\n");
}

BOOST_AUTO_TEST_CASE(members_of_any_type_in_any_place_do_no_harm) {
  for (const std::string kind :
       {"inbound-sms", "delivery-receipt", "message", "message-status", "x"})
    for (const std::string message :
         {"null", "[]", "\"text\"", "7", R"({"from":[],"to":{},"message":[],"error":null})",
          R"({"from":{"number":{}},"message":{"content":3},"status":[1],"concat-part":{}})"})
      BOOST_TEST(is_printable_ascii(shown(kind, message)), kind + " " + message);
  BOOST_TEST(show(R"({"received":1,"kind":[],"message":{"a":1}})", Colour::off) ==
             R"(1  [[]] {"a":1})");
}

BOOST_AUTO_TEST_CASE(deep_nesting_does_not_use_up_the_stack) {
  const std::size_t depth = 1000000;
  const std::string text =
      line("inbound-sms", R"({"text":)" + std::string(depth, '[') + std::string(depth, ']') + "}");
  BOOST_TEST((show(text, Colour::off) == text));
}

BOOST_AUTO_TEST_CASE(a_message_cannot_steer_the_terminal) {
  const std::string attack =
      shown("inbound-sms",
            "{\"msisdn\":\"\\u001b]0;x\\u0007\",\"to\":\"\xc2\x9b"
            "2J\",\"concat-part\":\"\\u001b[31m\","
            "\"concat-total\":\"\\r\",\"text\":\"a\\u0000\\u0008\\u001b[2Jb\\nc\x7f\"}");
  BOOST_TEST(is_printable_ascii(attack), attack);
  BOOST_TEST(attack.ends_with("a\\x00\\x08\\x1b[2Jb\\nc\\x7f"));
}

BOOST_AUTO_TEST_CASE(colour_marks_the_parts_of_a_line_and_changes_nothing_else) {
  const std::string record = line("inbound-sms", R"({"msisdn":"1","to":"2","text":"hi",)"
                                                 R"("concat-part":"1","concat-total":"2"})");
  BOOST_TEST(show(record, Colour::on) ==
             "\x1b[2m2026-11-24 07:30:12\x1b[0m  \x1b[1m1           \x1b[0m -> 2             "
             "\x1b[33m[part 1/2]\x1b[0m hi");
}

BOOST_AUTO_TEST_SUITE_END()
