#include "log/record.h"

#include <boost/test/unit_test.hpp>

#include "base/hex.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

namespace {

const Key kSomeKey = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};

MessageRecord some_message() {
  MessageRecord message;
  message.received = sys_days(2026y / 11 / 24) + 7h + 30min + 12s + 345678us;
  message.kind = "inbound-sms";
  message.format = "query";
  message.remote = "198.51.100.7";
  message.signature = "valid";
  message.message = R"({"msisdn":"447700900001"})";
  message.key = kSomeKey;
  return message;
}

RejectedRecord some_rejection() {
  RejectedRecord rejected;
  rejected.received = sys_days(2026y / 11 / 24) + 7h + 30min + 12s;
  rejected.reason = "not one JSON object";
  rejected.status = 400;
  rejected.method = "POST";
  rejected.content_type = "application/json";
  rejected.remote = "198.51.100.7";
  rejected.query = "a=b";
  rejected.body = "{]";
  return rejected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record)

BOOST_AUTO_TEST_CASE(a_message_has_its_members_in_the_order_of_the_log) {
  BOOST_TEST(to_record(some_message()).body ==
             R"({"received":"2026-11-24T07:30:12.345678Z","kind":"inbound-sms","format":"query",)"
             R"("remote":"198.51.100.7","signature":"valid","message":{"msisdn":"447700900001"},)"
             R"("key":"000102030405060708090a0b0c0d0eff")");
}

BOOST_AUTO_TEST_CASE(raw_is_base64_between_message_and_key_and_only_where_needed) {
  MessageRecord message = some_message();
  message.raw = "text=\xff";
  BOOST_TEST(to_record(message).body.find("raw") == std::string::npos);
  message.has_raw = true;
  BOOST_TEST(to_record(message).body.ends_with(
      R"("message":{"msisdn":"447700900001"},"raw":"dGV4dD3/","key":"000102030405060708090a0b0c0d0eff")"));
}

BOOST_AUTO_TEST_CASE(a_message_without_a_key_ends_in_its_message) {
  MessageRecord message = some_message();
  message.key.reset();
  const Record made = to_record(message);
  BOOST_TEST(!made.key.has_value());
  BOOST_TEST(made.body.ends_with(R"("message":{"msisdn":"447700900001"})"));
  BOOST_TEST(!message_key(made.body).has_value());
}

BOOST_AUTO_TEST_CASE(a_remote_of_any_bytes_becomes_utf8_and_is_escaped) {
  MessageRecord message = some_message();
  message.remote = "\xff\"\\\b\f\n\r\t\x01\x7f/\xc3\xa9";
  BOOST_TEST(to_record(message).body.find(R"("remote":")"
                                          "\xef\xbf\xbd"
                                          R"(\"\\\b\f\n\r\t\u0001)"
                                          "\x7f/\xc3\xa9\",\"signature\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_key_and_the_time_are_read_back) {
  const Record made = to_record(some_message());
  BOOST_TEST((message_key(made.body) == kSomeKey));
  BOOST_TEST((received_of(made.body) == made.received));
}

BOOST_AUTO_TEST_CASE(parameters_called_key_and_crc_are_not_the_key) {
  MessageRecord message = some_message();
  message.message =
      R"({"key":"ffffffffffffffffffffffffffffffff","crc":"00000000","key":"11111111111111111111111111111111"})";
  BOOST_TEST((message_key(to_record(message).body) == kSomeKey));
  message.key.reset();
  BOOST_TEST(!message_key(to_record(message).body).has_value());
}

BOOST_AUTO_TEST_CASE(a_key_is_32_lower_case_digits_at_the_end_of_the_body) {
  const std::string key = R"(,"key":"000102030405060708090a0b0c0d0eff")";
  BOOST_TEST(message_key("{" + key).has_value());
  for (const std::string& body :
       {std::string(), std::string("\""), key + " ", key + ",\"x\":1", key.substr(1),
        std::string(R"({,"key":"000102030405060708090A0B0C0D0EFF")"),
        std::string(R"({,"key":"000102030405060708090a0b0c0d0ef")"),
        std::string(R"({,"key":"g00102030405060708090a0b0c0d0eff")"),
        std::string(R"({,"Key":"000102030405060708090a0b0c0d0eff")")})
    BOOST_TEST(!message_key(body).has_value(), body);
}

BOOST_AUTO_TEST_CASE(a_key_is_written_in_hex_and_read_back) {
  BOOST_TEST(to_hex(kSomeKey) == "000102030405060708090a0b0c0d0eff");
  BOOST_TEST((key_from_hex("000102030405060708090a0b0c0d0eff") == kSomeKey));
  for (const char* text : {"", "00", "000102030405060708090a0b0c0d0eff00",
                           "000102030405060708090A0b0c0d0eff", " 00102030405060708090a0b0c0d0eff"})
    BOOST_TEST(!key_from_hex(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(the_time_counts_only_at_its_place) {
  BOOST_TEST(received_of(R"({"received":"2026-11-24T07:30:12.345678Z","x":1)").has_value());
  BOOST_TEST(!received_of(R"({"x":1,"received":"2026-11-24T07:30:12.345678Z")").has_value());
  BOOST_TEST(!received_of(R"({"received":"2026-11-24T07:30:12Z")").has_value());
  BOOST_TEST(!received_of("").has_value());
}

BOOST_AUTO_TEST_CASE(a_rejection_has_its_members_in_the_order_of_the_log) {
  RejectedRecord rejected = some_rejection();
  BOOST_TEST(
      to_record(rejected).body ==
      R"({"received":"2026-11-24T07:30:12.000000Z","reason":"not one JSON object","status":400,)"
      R"("method":"POST","content_type":"application/json","remote":"198.51.100.7",)"
      R"("query":"YT1i","body":"e10=")");
  rejected.authorization = "Bearer \xff";
  BOOST_TEST(to_record(rejected).body.find(
                 "\"content_type\":\"application/json\",\"authorization\":\"Bearer \xef\xbf\xbd\","
                 "\"remote\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_bytes_rejected_again_have_the_same_key) {
  const Record first = to_record(some_rejection());
  BOOST_REQUIRE(first.key.has_value());
  BOOST_TEST((rejected_key(first.body) == first.key));
  RejectedRecord again = some_rejection();
  again.received += 17s;
  again.reason = R"(other,"method":"GET","remote":"x","query":)";
  again.status = 503;
  again.remote = "2001:db8::1";
  BOOST_TEST((to_record(again).key == first.key));
  BOOST_TEST((rejected_key(to_record(again).body) == first.key));
}

BOOST_AUTO_TEST_CASE(anything_else_that_was_sent_makes_another_rejection) {
  const Record first = to_record(some_rejection());
  const auto differs = [&](auto change) {
    RejectedRecord other = some_rejection();
    change(other);
    return to_record(other).key != first.key;
  };
  BOOST_TEST(differs([](RejectedRecord& r) { r.method = "GET"; }));
  BOOST_TEST(differs([](RejectedRecord& r) { r.content_type = ""; }));
  BOOST_TEST(differs([](RejectedRecord& r) { r.authorization = ""; }));
  BOOST_TEST(differs([](RejectedRecord& r) { r.query = ""; }));
  BOOST_TEST(differs([](RejectedRecord& r) { r.body = "{] "; }));
}

BOOST_AUTO_TEST_CASE(what_is_no_rejection_has_no_rejected_key) {
  BOOST_TEST(!rejected_key("").has_value());
  BOOST_TEST(!rejected_key(to_record(some_message()).body).has_value());
}

BOOST_AUTO_TEST_CASE(a_whole_record_is_told_from_what_is_none) {
  const std::string start = R"({"received":"2026-11-24T07:30:12.345678Z")";
  for (const char* rest : {R"(})", R"(,"a":"}\"{\\","b":[1,{"c":[]}]})", R"(,"a":"é"})"})
    BOOST_TEST(is_whole_record(start + rest), rest);
  for (const char* rest : {"", ",", R"(,"a":[}])", R"(,"a":"b)", R"(,"a":"\"})", "}x", "}}", "}{}",
                           ",\"a\":\"\xff\"}", ",\"a\":\"\x01\"}"})
    BOOST_TEST(!is_whole_record(start + rest), rest);
  BOOST_TEST(!is_whole_record(R"({"receiver":"2026-11-24T07:30:12.345678Z"})"));
  BOOST_TEST(!is_whole_record(""));
}

BOOST_AUTO_TEST_SUITE_END()
