#include "base/text.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace inbound_sms;
using namespace std::string_literals;

namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

const std::string kBad = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

BOOST_AUTO_TEST_SUITE(json_strings)

BOOST_AUTO_TEST_CASE(plain_text_stands_as_it_is) {
  BOOST_TEST(json("Hello, world / 100%") == R"("Hello, world / 100%")");
  BOOST_TEST(json("") == R"("")");
}

BOOST_AUTO_TEST_CASE(what_json_demands_is_escaped_in_its_short_form) {
  BOOST_TEST(json("\"\\\b\f\n\r\t") == R"("\"\\\b\f\n\r\t")");
}

BOOST_AUTO_TEST_CASE(other_control_characters_are_escaped_in_lower_case_hex) {
  BOOST_TEST(json("\0\x01\x1f"s) == R"("\u0000\u0001\u001f")");
}

BOOST_AUTO_TEST_CASE(delete_and_all_beyond_ascii_stand_as_they_are) {
  BOOST_TEST(json("\x7f ü € 😀 \xE2\x80\xA8") == "\"\x7f ü € 😀 \xE2\x80\xA8\"");
}

BOOST_AUTO_TEST_CASE(text_is_appended_to_what_is_there) {
  std::string out = "x=";
  append_json_escaped(out, "a\"b");
  BOOST_TEST(out == R"(x=a\"b)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(well_formed_text_comes_back_unchanged) {
  for (const auto& text :
       {""s, "abc"s, "\0"s, "ü€😀"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s,
        "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
    BOOST_TEST(is_utf8(text));
    BOOST_TEST(to_utf8(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_that_begins_nothing_is_one_replacement) {
  BOOST_TEST(!is_utf8("caf\xE9"));
  BOOST_TEST(to_utf8("caf\xE9") == "caf" + kBad);
  BOOST_TEST(to_utf8("\x80\xBF\xC0\xC1\xF5\xFF") == kBad + kBad + kBad + kBad + kBad + kBad);
}

BOOST_AUTO_TEST_CASE(a_cut_character_is_one_replacement) {
  BOOST_TEST(to_utf8("\xE2\x82") == kBad);
  BOOST_TEST(to_utf8("\xF0\x9F\x98") == kBad);
  BOOST_TEST(to_utf8("\xF0\x9F\x98x") == kBad + "x");
}

BOOST_AUTO_TEST_CASE(surrogates_and_overlong_spellings_are_replaced_byte_by_byte) {
  BOOST_TEST(to_utf8("\xED\xA0\x80") == kBad + kBad + kBad);
  BOOST_TEST(to_utf8("\xE0\x80\x80") == kBad + kBad + kBad);
  BOOST_TEST(to_utf8("\xF0\x80\x80\x80") == kBad + kBad + kBad + kBad);
  BOOST_TEST(to_utf8("\xF4\x90\x80\x80") == kBad + kBad + kBad + kBad);
}

// Unicode 15, table 3-11.
BOOST_AUTO_TEST_CASE(the_example_of_the_unicode_standard) {
  BOOST_TEST(to_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41") == kBad + kBad + kBad + kBad + "A");
}

BOOST_AUTO_TEST_SUITE_END()
