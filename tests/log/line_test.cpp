#include "log/line.h"

#include <boost/test/unit_test.hpp>

using namespace inbound_sms::log;

BOOST_AUTO_TEST_SUITE(line)

// The digits in these cases were computed with another program's CRC-32.

BOOST_AUTO_TEST_CASE(the_first_line_of_a_file_is_chained_to_nothing) {
  std::string lines;
  BOOST_TEST(append_line(lines, "", R"({"a":1)") == "a702fc6e");
  BOOST_TEST(lines == "{\"a\":1,\"crc\":\"a702fc6e\"}\n");
}

BOOST_AUTO_TEST_CASE(every_other_line_is_chained_to_the_digits_before_it) {
  std::string lines = "what stands there stays\n";
  BOOST_TEST(append_line(lines, "a702fc6e", R"({"b":2)") == "600b6b41");
  BOOST_TEST(lines == "what stands there stays\n{\"b\":2,\"crc\":\"600b6b41\"}\n");
}

BOOST_AUTO_TEST_CASE(a_record_has_the_crc_that_the_format_asks_for) {
  const std::string first =
      R"({"received":"2026-11-24T12:00:00.000000Z","kind":"inbound-sms","format":"query",)"
      R"("remote":"198.51.100.7","signature":"valid","message":{"msisdn":"447700900001"},)"
      R"("key":"000102030405060708090a0b0c0d0eff")";
  std::string second = first;
  second.replace(second.find("00.000000Z"), 2, "01");
  BOOST_TEST(chain_crc("", first) == "5c590f00");
  BOOST_TEST(chain_crc("5c590f00", second) == "92997271");
}

BOOST_AUTO_TEST_CASE(the_digits_keep_their_zeros_in_front) {
  BOOST_TEST(chain_crc("", R"({"a":5162)") == "000f2807");
}

BOOST_AUTO_TEST_CASE(the_end_of_a_line_is_18_bytes) {
  std::string lines;
  const std::string body = R"({"a":1)";
  append_line(lines, "", body);
  BOOST_TEST(lines.size() == body.size() + kCrcLength + 1);
  BOOST_TEST(kCrcLength == 18U);
}

BOOST_AUTO_TEST_CASE(a_line_is_taken_apart_at_its_last_18_bytes) {
  const auto parts =
      take_apart(R"({"crc":"11111111","message":{"crc":"22222222"},"crc":"0123abcf"})");
  BOOST_REQUIRE(parts.has_value());
  BOOST_TEST(parts->body == R"({"crc":"11111111","message":{"crc":"22222222"})");
  BOOST_TEST(parts->digits == "0123abcf");
}

BOOST_AUTO_TEST_CASE(a_line_that_does_not_end_as_it_must_is_not_taken_apart) {
  for (const char* text : {"", "{}", R"("crc":"0123abcf"})", R"({"a":1,"crc":"0123abcf"} )",
                           R"({"a":1,"crc":"0123abcf")", R"({"a":1,"crc":"0123ABCF"})",
                           R"({"a":1,"crc":"0123abc"})", R"({"a":1,"crc":"0123abcg"})",
                           R"({"a":1, "crc":"0123abcf"})", R"({"a":1,"src":"0123abcf"})"})
    BOOST_TEST(!take_apart(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
