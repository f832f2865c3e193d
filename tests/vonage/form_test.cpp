#include "vonage/form.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace inbound_sms::vonage;
using namespace std::string_literals;

namespace {

std::string decoded(std::string_view text) {
  return parse_form(text).parameters.to_json();
}

std::string value_of(std::string_view text) {
  const Decoded form = parse_form("text=" + std::string(text));
  return form.parameters.find("text")->text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(form)

BOOST_AUTO_TEST_CASE(parameters_come_in_the_order_of_arrival) {
  BOOST_TEST(decoded("to=1&msisdn=2&text=x") == R"({"to":"1","msisdn":"2","text":"x"})");
}

BOOST_AUTO_TEST_CASE(escapes_are_decoded_once) {
  BOOST_TEST(value_of("Hello%21%0a%E2%82%AC") == "Hello!\n€");
  BOOST_TEST(value_of("100%2525") == "100%25");
}

BOOST_AUTO_TEST_CASE(a_plus_is_a_space_and_an_escaped_plus_is_a_plus) {
  BOOST_TEST(value_of("1+1%2B1") == "1 1+1");
}

BOOST_AUTO_TEST_CASE(nothing_is_trimmed) {
  BOOST_TEST(value_of("++a%20%0A") == "  a \n");
}

BOOST_AUTO_TEST_CASE(only_the_ampersand_separates) {
  BOOST_TEST(decoded("a=1;b=2") == R"({"a":"1;b=2"})");
}

BOOST_AUTO_TEST_CASE(an_escaped_separator_is_text) {
  BOOST_TEST(value_of("a%26b%3Dc") == "a&b=c");
}

BOOST_AUTO_TEST_CASE(a_malformed_escape_stays_as_it_is) {
  BOOST_TEST(value_of("100%") == "100%");
  BOOST_TEST(value_of("100%2") == "100%2");
  BOOST_TEST(value_of("%zz%4") == "%zz%4");
  BOOST_TEST(value_of("%%41") == "%A");
  BOOST_TEST(value_of("% 1%+1%-1") == "% 1% 1%-1");
}

BOOST_AUTO_TEST_CASE(an_escape_does_not_reach_over_a_separator) {
  BOOST_TEST(decoded("a=%4&1=2") == R"({"a":"%4","1":"2"})");
}

BOOST_AUTO_TEST_CASE(a_parameter_without_equals_is_empty) {
  BOOST_TEST(decoded("a&b=&c=1") == R"({"a":"","b":"","c":"1"})");
}

BOOST_AUTO_TEST_CASE(the_first_equals_ends_the_name) {
  BOOST_TEST(decoded("a=b=c") == R"({"a":"b=c"})");
}

BOOST_AUTO_TEST_CASE(names_are_decoded_too) {
  BOOST_TEST(decoded("api%2Dkey=1&a+b=2&c%3D%26=3") == R"({"api-key":"1","a b":"2","c=&":"3"})");
}

BOOST_AUTO_TEST_CASE(a_name_may_be_empty) {
  BOOST_TEST(decoded("=x") == R"({"":"x"})");
}

BOOST_AUTO_TEST_CASE(empty_pairs_are_skipped) {
  BOOST_TEST(decoded("&&a=1&&&b=2&") == R"({"a":"1","b":"2"})");
  BOOST_TEST(parse_form("").parameters.empty());
  BOOST_TEST(parse_form("&&&").parameters.empty());
}

BOOST_AUTO_TEST_CASE(a_parameter_that_stands_twice_is_an_array_at_the_first_place) {
  BOOST_TEST(decoded("a=1&b=x&a=2&a=3") == R"({"a":["1","2","3"],"b":"x"})");
  BOOST_TEST(decoded("te%78t=1&text=2") == R"({"text":["1","2"]})");
}

BOOST_AUTO_TEST_CASE(a_nul_is_a_character_as_any) {
  BOOST_TEST(value_of("a%00b") == "a\0b"s);
  BOOST_TEST(decoded("text=a%00b") == R"({"text":"a\u0000b"})");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_one_replacement_a_sequence) {
  const Decoded form = parse_form("text=caf%E9+%F0%9F%98+%ED%A0%BD");
  BOOST_TEST(form.parameters.find("text")->text == "caf\uFFFD \uFFFD \uFFFD\uFFFD\uFFFD");
  BOOST_TEST(form.lossy);
}

BOOST_AUTO_TEST_CASE(raw_bytes_and_names_that_are_not_utf8_count_too) {
  BOOST_TEST(parse_form("text=caf\xE9").lossy);
  BOOST_TEST(parse_form("caf%E9=x").lossy);
  BOOST_TEST(decoded("caf%E9=x") == "{\"caf\uFFFD\":\"x\"}");
}

BOOST_AUTO_TEST_CASE(utf8_loses_nothing) {
  const Decoded form = parse_form("text=%F0%9F%98%80+%EF%BF%BD");
  BOOST_TEST(form.parameters.find("text")->text == "😀 \uFFFD");
  BOOST_TEST(!form.lossy);
}

BOOST_AUTO_TEST_CASE(a_text_of_64_kib_is_whole) {
  const std::string text(64 * 1024, 'x');
  BOOST_TEST((value_of(text) == text));
}

BOOST_AUTO_TEST_SUITE_END()
