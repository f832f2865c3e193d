#include "base/harmless.h"

#include <boost/test/unit_test.hpp>
#include <string>

using inbound_sms::harmless;
using inbound_sms::harmless_json;

BOOST_AUTO_TEST_SUITE(harmless_text)

BOOST_AUTO_TEST_CASE(letters_of_any_language_and_emoji_stay) {
  const std::string text = "ASCII ~ é ß Ж 漢 \U0001F600 \\n";
  BOOST_TEST(harmless(text) == text);
}

BOOST_AUTO_TEST_CASE(control_characters_are_spelled_out) {
  BOOST_TEST(harmless(std::string("\0\x1f\t\r\n\x7f", 6)) == "\\x00\\x1f\\t\\r\\n\\x7f");
  BOOST_TEST(harmless("\xc2\x80\xc2\x85\xc2\x9b\xc2\x9f\xc2\xa0") ==
             "\\x80\\x85\\x9b\\x9f\xc2\xa0");
}

BOOST_AUTO_TEST_CASE(what_breaks_a_line_or_turns_its_direction_is_spelled_out) {
  BOOST_TEST(harmless("\u202a\u202b\u202c\u202d\u202e") == "\\u202a\\u202b\\u202c\\u202d\\u202e");
  BOOST_TEST(harmless("\u2066\u2067\u2068\u2069") == "\\u2066\\u2067\\u2068\\u2069");
  BOOST_TEST(harmless("\u061c\u200e\u200f\u2028\u2029") == "\\u061c\\u200e\\u200f\\u2028\\u2029");
}

BOOST_AUTO_TEST_CASE(their_neighbours_stay) {
  BOOST_TEST(harmless("\u2027\u202f\u2065\u206a\u200d\u2010") ==
             "\u2027\u202f\u2065\u206a\u200d\u2010");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_replacement_characters) {
  BOOST_TEST(harmless("a\xff"
                      "b\xe2\x82") ==
             "a\ufffd"
             "b\ufffd");
  BOOST_TEST(harmless("\xed\xa0\x80").find('\xed') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(json_keeps_its_meaning) {
  BOOST_TEST(harmless_json("{\"text\":\"a\\n\x7f\xc2\x9b\u202e\u00e9\"}") ==
             "{\"text\":\"a\\n\\u007f\\u009b\\u202e\u00e9\"}");
}

BOOST_AUTO_TEST_SUITE_END()
