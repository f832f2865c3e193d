#include "vonage/decode.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace inbound_sms::vonage;

namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kJson = "application/json";

auto get(std::string_view query, std::string_view body = "", std::string_view type = "") {
  return decode({Method::get, query, type, body});
}

auto post(std::string_view type, std::string_view body, std::string_view query = "") {
  return decode({Method::post, query, type, body});
}

std::string shown(const inbound_sms::Result<Delivery>& delivery) {
  if (!delivery) return delivery.error().text;
  return std::string(delivery->format) + " " + delivery->parameters.to_json();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decoding)

BOOST_AUTO_TEST_CASE(a_get_is_its_query_string) {
  BOOST_TEST(shown(get("a=1&b=%2B")) == R"(query {"a":"1","b":"+"})");
}

BOOST_AUTO_TEST_CASE(the_body_of_a_get_is_ignored) {
  BOOST_TEST(shown(get("a=1", "{\"b\":2}", kJson)) == R"(query {"a":"1"})");
  BOOST_TEST(shown(get("a=1", "{", kJson)) == R"(query {"a":"1"})");
  BOOST_TEST(get("", "b=2", kForm)->parameters.empty());
}

BOOST_AUTO_TEST_CASE(a_post_is_json_by_its_label) {
  for (const char* label :
       {"application/json", "APPLICATION/JSON", "application/json; charset=UTF-8",
        "application/json;CHARSET=\"UTF-8\"", " application/json ;x", "application/vnd.api+json",
        "Application/Problem+JSON; charset=utf-8"}) {
    BOOST_TEST(shown(post(label, R"({"a":1})")) == R"(json {"a":1})", label);
    BOOST_TEST(!post(label, "a=1"), label);
  }
}

BOOST_AUTO_TEST_CASE(other_labels_are_not_json) {
  for (const char* label :
       {"application/jsonp", "text/json", "application/x-json", "json", "", "text/vnd.api+json",
        "application/xml; x=application/json", "application/json+xml", "multipart/form-data"})
    BOOST_TEST(shown(post(label, "a=1")) == R"(form {"a":"1"})", label);
}

BOOST_AUTO_TEST_CASE(a_post_is_json_when_it_begins_with_a_brace_and_parses) {
  BOOST_TEST(shown(post(kForm, R"({"a":1})")) == R"(json {"a":1})");
  BOOST_TEST(shown(post("", " \t\r\n{\"a\":1}")) == R"(json {"a":1})");
  BOOST_TEST(shown(post("text/plain", "\xEF\xBB\xBF{\"a\":1}")) == R"(json {"a":1})");
}

BOOST_AUTO_TEST_CASE(a_form_that_begins_with_a_brace_is_a_form) {
  BOOST_TEST(shown(post(kForm, "{a}=1&b=2")) == R"(form {"{a}":"1","b":"2"})");
  BOOST_TEST(shown(post("", "{=1")) == R"(form {"{":"1"})");
}

BOOST_AUTO_TEST_CASE(other_json_without_a_label_is_a_form) {
  BOOST_TEST(shown(post("", "[1]")) == R"(form {"[1]":""})");
}

BOOST_AUTO_TEST_CASE(a_post_is_else_a_form_whatever_its_label) {
  BOOST_TEST(shown(post(kForm, "a=1")) == R"(form {"a":"1"})");
  BOOST_TEST(shown(post("application/x-www-form-urlencoded; charset=UTF-8", "a=1")) ==
             R"(form {"a":"1"})");
  BOOST_TEST(shown(post("text/plain", "a=1")) == R"(form {"a":"1"})");
  BOOST_TEST(shown(post("", "a=1")) == R"(form {"a":"1"})");
}

BOOST_AUTO_TEST_CASE(labelled_json_that_is_not_one_object_is_an_error) {
  for (const char* body :
       {"a=1", "[]", "1", "null", "{", "{}{}", " ", "\xEF\xBB\xBF", "{\"a\":1}x"})
    BOOST_TEST(!post(kJson, body, "b=2"), body);
  BOOST_TEST(post(kJson, "{\"a\":01}").error().text ==
             "at byte 5: a number that is not one in JSON");
}

BOOST_AUTO_TEST_CASE(sixty_five_levels_are_an_error_by_label_and_a_form_without) {
  const std::string body = "{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}";
  BOOST_TEST(!post(kJson, body));
  BOOST_TEST(post(kForm, body)->format == "form");
}

BOOST_AUTO_TEST_CASE(the_query_of_a_post_does_not_count_when_its_body_has_parameters) {
  BOOST_TEST(shown(post(kForm, "a=1", "b=2")) == R"(form {"a":"1"})");
  BOOST_TEST(shown(post(kJson, R"({"a":1})", "b=2")) == R"(json {"a":1})");
}

BOOST_AUTO_TEST_CASE(the_query_of_a_post_counts_when_its_body_has_none) {
  for (const char* body : {"", "&", "{}", " { } "})
    BOOST_TEST(shown(post(kForm, body, "b=2")) == R"(query {"b":"2"})", body);
  BOOST_TEST(shown(post(kJson, "", "b=2")) == R"(query {"b":"2"})");
  BOOST_TEST(shown(post(kJson, "{}", "b=2")) == R"(query {"b":"2"})");
}

BOOST_AUTO_TEST_CASE(an_empty_body_and_an_empty_object_are_no_parameters) {
  BOOST_TEST(post(kJson, "")->parameters.empty());
  BOOST_TEST(post(kJson, "{}")->parameters.empty());
  BOOST_TEST(post(kForm, "")->parameters.empty());
  BOOST_TEST(get("")->parameters.empty());
}

BOOST_AUTO_TEST_CASE(raw_is_the_part_that_could_not_be_held) {
  BOOST_TEST(get("text=%E9", "body")->raw.value() == "text=%E9");
  BOOST_TEST(post(kForm, "text=%E9", "q=1")->raw.value() == "text=%E9");
  BOOST_TEST(post(kJson, R"({"a":"\ud83d"})", "q=1")->raw.value() == R"({"a":"\ud83d"})");
  BOOST_TEST(post(kJson, "{}", "q=%E9")->raw.value() == "q=%E9");
}

BOOST_AUTO_TEST_CASE(raw_is_absent_where_nothing_was_lost) {
  BOOST_TEST(!get("text=%C3%A9")->raw.has_value());
  BOOST_TEST(!post(kForm, "text=caf%C3%A9", "q=%E9")->raw.has_value());
  BOOST_TEST(!post(kJson, R"({"a":"\ud83d\ude00"})")->raw.has_value());
}

BOOST_AUTO_TEST_CASE(all_three_forms_of_a_message_give_the_same_parameters) {
  const std::string form = "text=%F0%9F%98%80+%22%2B%26%3D%25%22%0A%00&empty=&type=unicode";
  const std::string json =
      R"({"text":"\ud83d\ude00 \"+&=%\"\n\u0000","empty":"","type":"unicode"})";
  const std::string expected =
      "{\"text\":\"😀 \\\"+&=%\\\"\\n\\u0000\",\"empty\":\"\",\"type\":\"unicode\"}";
  BOOST_TEST(shown(get(form)) == "query " + expected);
  BOOST_TEST(shown(post(kForm, form)) == "form " + expected);
  BOOST_TEST(shown(post(kJson, json)) == "json " + expected);
}

BOOST_AUTO_TEST_CASE(half_an_emoji_is_the_same_in_all_three_forms) {
  const std::string expected = "{\"text\":\"a\uFFFD\"}";
  BOOST_TEST(shown(get("text=a%F0%9F")) == "query " + expected);
  BOOST_TEST(shown(post(kForm, "text=a%F0%9F")) == "form " + expected);
  BOOST_TEST(shown(post(kJson, R"({"text":"a\ud83d"})")) == "json " + expected);
}

BOOST_AUTO_TEST_SUITE_END()
