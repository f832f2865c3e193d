#include "vonage/json.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace inbound_sms::vonage;
using namespace std::string_literals;

namespace {

std::string decoded(std::string_view text) {
  const auto object = parse_json_object(text);
  return object ? object->parameters.to_json() : object.error().text;
}

std::string value_of(std::string_view literal) {
  const auto object = parse_json_object("{\"v\":" + std::string(literal) + "}");
  return object ? object->parameters.find("v")->text : object.error().text;
}

bool is_lossy(std::string_view text) {
  return parse_json_object(text)->lossy;
}

std::string nested(int arrays) {
  return "{\"a\":" + std::string(std::size_t(arrays), '[') + std::string(std::size_t(arrays), ']') +
         "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(blanks_between_members_are_dropped_and_the_order_is_kept) {
  BOOST_TEST(decoded(" {\r\n\t\"to\" : \"1\" , \"from\":\"2\" }\n") == R"({"to":"1","from":"2"})");
}

BOOST_AUTO_TEST_CASE(an_empty_object_has_no_parameters) {
  BOOST_TEST(parse_json_object(" { } ")->parameters.empty());
}

BOOST_AUTO_TEST_CASE(escapes_are_decoded) {
  BOOST_TEST(value_of(R"("\"\\\/\b\f\n\r\t\u20ac\u00E9")") == "\"\\/\b\f\n\r\t€é");
}

BOOST_AUTO_TEST_CASE(nothing_is_trimmed) {
  BOOST_TEST(value_of("\"  a \"") == "  a ");
}

BOOST_AUTO_TEST_CASE(an_emoji_is_the_same_as_bytes_and_as_a_surrogate_pair) {
  BOOST_TEST(value_of("\"😀\"") == "😀");
  BOOST_TEST(value_of(R"("\ud83d\ude00")") == "😀");
  BOOST_TEST(value_of(R"("\uD83D\uDE00")") == "😀");
  BOOST_TEST(!is_lossy(R"({"v":"\ud83d\ude00"})"));
}

BOOST_AUTO_TEST_CASE(a_surrogate_without_its_other_half_is_one_replacement) {
  BOOST_TEST(value_of(R"("a\ud83d")") == "a\uFFFD");
  BOOST_TEST(value_of(R"("\ude00b")") == "\uFFFDb");
  BOOST_TEST(value_of(R"("\ud83dx\ude00")") == "\uFFFDx\uFFFD");
  BOOST_TEST(value_of(R"("\ude00\ud83d")") == "\uFFFD\uFFFD");
  BOOST_TEST(value_of(R"("\ud83d\ud83d\ude00")") == "\uFFFD😀");
  BOOST_TEST(value_of(R"("\ud83d\n")") == "\uFFFD\n");
  BOOST_TEST(is_lossy(R"({"v":"\ud83d"})"));
  BOOST_TEST(is_lossy(R"({"v":{"x":["\ude00"]}})"));
  BOOST_TEST(is_lossy(R"({"\ud83d":1})"));
}

BOOST_AUTO_TEST_CASE(an_escaped_backslash_before_u_is_no_surrogate) {
  BOOST_TEST(value_of(R"("\\ud83d")") == "\\ud83d");
  BOOST_TEST(value_of(R"("\\\ud83d")") == "\\\uFFFD");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_become_one_replacement_a_sequence) {
  BOOST_TEST(value_of("\"caf\xE9 \xF0\x9F\x98 \xED\xA0\xBD\"") ==
             "caf\uFFFD \uFFFD \uFFFD\uFFFD\uFFFD");
  BOOST_TEST(value_of("\"\xF0\x9F\\u0098\"") == "\uFFFD\u0098");
  BOOST_TEST(is_lossy("{\"v\":\"\xE9\"}"));
  BOOST_TEST(is_lossy("{\"\xE9\":1}"));
  BOOST_TEST(is_lossy("{\"v\":[{\"\xE9\":1}]}"));
  BOOST_TEST(!is_lossy("{\"v\":\"\uFFFD \\ufffd\"}"));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_between_the_members_are_an_error) {
  BOOST_TEST(!parse_json_object("{\"v\":1\xE9}"));
}

BOOST_AUTO_TEST_CASE(a_nul_in_a_string_is_a_character_as_any) {
  BOOST_TEST(value_of(R"("a\u0000b")") == "a\0b"s);
  BOOST_TEST(decoded(R"({"a\u0000":{"x":"\u0000"}})") == R"({"a\u0000":{"x":"\u0000"}})");
}

BOOST_AUTO_TEST_CASE(a_nul_byte_is_an_error_and_does_not_end_the_text) {
  BOOST_TEST(decoded("{\"a\":1}\0{"s) == "at byte 7: a NUL byte");
  BOOST_TEST(decoded("{\"a\":\"\0\"}"s) == "at byte 6: a NUL byte");
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_spelling) {
  const std::string digits(400, '7');
  for (const std::string& number :
       {"0"s, "-0"s, "1.0"s, "1E400"s, "-1.50e-07"s, "12345678901234567890"s, "0.1E+2"s, digits}) {
    BOOST_TEST(value_of(number) == number);
    BOOST_TEST(decoded("{\"v\":{\"x\":[" + number + ",1]}}") ==
               "{\"v\":{\"x\":[" + number + ",1]}}");
  }
  BOOST_TEST(decoded(R"({"a":1,"b":"2","c":[3,{"d":4.0}],"e":5})") ==
             R"({"a":1,"b":"2","c":[3,{"d":4.0}],"e":5})");
}

BOOST_AUTO_TEST_CASE(a_number_that_is_none_is_an_error) {
  for (const char* number : {"01", "1.", ".5", "-", "+1", "1e", "1e+", "1.e5", "--1", "0x10", "1-2",
                             "-Infinity", "NaN", "1 2", "-01", "1.2.3", "1e5e5", "- 1"})
    BOOST_TEST(!parse_json_object("{\"v\":" + std::string(number) + "}"), number);
}

BOOST_AUTO_TEST_CASE(digits_in_strings_are_left_alone) {
  BOOST_TEST(decoded(R"({"01":"+1. \"01\\","x":"-"})") == R"({"01":"+1. \"01\\","x":"-"})");
}

BOOST_AUTO_TEST_CASE(types_are_kept) {
  const auto object =
      parse_json_object(R"({"s":"1","n":1,"t":true,"f":false,"0":null,"a":[],"o":{}})");
  BOOST_REQUIRE(object);
  const Parameters& parameters = object->parameters;
  BOOST_TEST((parameters.find("s")->type == Value::Type::string));
  BOOST_TEST((parameters.find("n")->type == Value::Type::number));
  BOOST_TEST((parameters.find("t")->type == Value::Type::boolean));
  BOOST_TEST((parameters.find("0")->type == Value::Type::null));
  BOOST_TEST((parameters.find("a")->type == Value::Type::composite));
  BOOST_TEST((parameters.find("o")->type == Value::Type::composite));
  BOOST_TEST(parameters.to_json() ==
             R"({"s":"1","n":1,"t":true,"f":false,"0":null,"a":[],"o":{}})");
}

BOOST_AUTO_TEST_CASE(nested_members_are_kept_as_they_stand_but_compact) {
  BOOST_TEST(
      decoded(R"({ "v" : { "a" : [ 1 , "x\/y" , [ ] , { } , null ] , "b" : true }, "w": 1 })") ==
      R"({"v":{"a":[1,"x/y",[],{},null],"b":true},"w":1})");
  BOOST_TEST(decoded(R"({"v":{"b":1,"a":2,"b":3}})") == R"({"v":{"b":1,"a":2,"b":3}})");
  BOOST_TEST(decoded(R"({"v":["[","{",":","",","]})") == R"({"v":["[","{",":","",","]})");
}

BOOST_AUTO_TEST_CASE(a_member_that_stands_twice_is_an_array_at_the_first_place) {
  BOOST_TEST(decoded(R"({"a":"1","b":0,"a":2,"a":[3]})") == R"({"a":["1",2,[3]],"b":0})");
  BOOST_TEST(decoded(R"({"a":1,"\u0061":2})") == R"({"a":[1,2]})");
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_skipped) {
  BOOST_TEST(decoded("\xEF\xBB\xBF {\"a\":1}") == R"({"a":1})");
  BOOST_TEST(decoded("\xEF\xBB\xBF{\"a\" 1}") ==
             "at byte 8: Missing a colon after a name of object member");
}

BOOST_AUTO_TEST_CASE(sixty_four_levels_are_taken_and_sixty_five_are_not) {
  BOOST_TEST(decoded(nested(63)) == nested(63));
  BOOST_TEST(decoded(nested(64)).ends_with("more than 64 levels"));
  BOOST_TEST(decoded(R"({"a":{"a":)" + nested(62) + "}}").ends_with("more than 64 levels"));
}

BOOST_AUTO_TEST_CASE(two_hundred_thousand_brackets_are_an_error_and_no_crash) {
  BOOST_TEST(decoded("{\"a\":" + std::string(200'000, '[')).ends_with("more than 64 levels"));
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_named) {
  BOOST_TEST(decoded("[{}]").ends_with("an array, not an object"));
  BOOST_TEST(decoded("\"x\"").ends_with("a single value, not an object"));
  BOOST_TEST(decoded("12").ends_with("a single value, not an object"));
  BOOST_TEST(decoded("null").ends_with("a single value, not an object"));
  BOOST_TEST(decoded("").ends_with("The document is empty"));
  BOOST_TEST(decoded(" \n ").ends_with("The document is empty"));
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_an_error_with_its_place) {
  BOOST_TEST(decoded(R"({"a":1)") == "at byte 6: Missing a comma or '}' after an object member");
  BOOST_TEST(decoded(R"({"a":01})") == "at byte 5: a number that is not one in JSON");
  BOOST_TEST(decoded(R"({"a":1} {})") ==
             "at byte 8: The document root must not be followed by other values");
  for (const char* text : {"{",
                           "{]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1}",
                           "{\"a\":\"x}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12\"}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":tru}",
                           "{\"a\":TRUE}",
                           "{\"a\":1}x",
                           "{\"a\":1}}",
                           "{,}",
                           "{\"a\":1 \"b\":2}",
                           "/**/{}",
                           "{\"a\":\"\\",
                           "{\"a\":\"\\u",
                           "{\"a\":\"\\ud83d\\u\"}",
                           "{1:2}"})
    BOOST_TEST(!parse_json_object(text), text);
}

BOOST_AUTO_TEST_CASE(an_error_has_no_word_of_the_text) {
  BOOST_TEST(decoded(R"({"text":"secret" "x")").find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_text_of_64_kib_is_whole) {
  std::string text, literal;
  for (int i = 0; i < 16 * 1024; ++i) {
    text += "😀";
    literal += "\\ud83d\\ude00";
  }
  BOOST_TEST((value_of("\"" + literal + "\"") == text));
}

BOOST_AUTO_TEST_SUITE_END()
