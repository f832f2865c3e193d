#include "receiver.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "base/digest.h"
#include "base/hex.h"
#include "support/text.h"

using namespace inbound_sms;
using inbound_sms::testing::contains;

namespace {

const Time kReceived = *from_iso("2026-11-24T07:30:12.345678Z");

constexpr std::string_view kQuery =
    "msisdn=447700900001&to=447700900000&messageId=0C01&text=Hello&type=text";

web::Request get(std::string query) {
  web::Request request;
  request.method = "GET";
  request.request_uri = "/webhooks/inbound-sms" + (query.empty() ? "" : "?" + query);
  request.query = std::move(query);
  request.remote = "198.51.100.7";
  return request;
}

web::Request post(std::string type, std::string body) {
  web::Request request = get("");
  request.method = "POST";
  request.content_type = std::move(type);
  request.content_length = std::to_string(body.size());
  request.body_size = body.size();
  request.body = std::move(body);
  return request;
}

web::Request post_form(std::string body) {
  return post("application/x-www-form-urlencoded", std::move(body));
}

web::Request post_json(std::string body) {
  return post("application/json", std::move(body));
}

Verdict verdict_on(const web::Request& request) {
  return receive(request, kReceived, {});
}

Immediate immediate(const web::Request& request) {
  const Verdict verdict = verdict_on(request);
  BOOST_REQUIRE(std::holds_alternative<Immediate>(verdict));
  return std::get<Immediate>(verdict);
}

Accepted accepted(const web::Request& request) {
  const Verdict verdict = verdict_on(request);
  BOOST_REQUIRE(std::holds_alternative<Accepted>(verdict));
  return std::get<Accepted>(verdict);
}

Rejection rejection(const web::Request& request) {
  const Verdict verdict = verdict_on(request);
  BOOST_REQUIRE(std::holds_alternative<Rejection>(verdict));
  return std::get<Rejection>(verdict);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(receiver)

BOOST_AUTO_TEST_CASE(a_message_is_accepted_with_its_record) {
  const Accepted message = accepted(get(std::string(kQuery)));
  BOOST_REQUIRE(message.record.key.has_value());
  BOOST_TEST(message.record.body ==
             R"({"received":"2026-11-24T07:30:12.345678Z","kind":"inbound-sms","format":"query",)"
             R"("remote":"198.51.100.7","signature":"none","message":{"msisdn":"447700900001",)"
             R"("to":"447700900000","messageId":"0C01","text":"Hello","type":"text"},"key":")" +
                 to_hex(*message.record.key) + "\"");
  BOOST_TEST((message.record.received == kReceived));
  BOOST_TEST(message.name == "inbound-sms 0C01");
}

BOOST_AUTO_TEST_CASE(the_same_message_in_three_forms_has_one_key_and_one_message) {
  const Accepted query = accepted(get("messageId=1&to=2&text=%F0%9F%98%80+%2B"));
  const Accepted form = accepted(post_form("messageId=1&to=2&text=%F0%9F%98%80%20%2b"));
  const Accepted json =
      accepted(post_json(R"({"messageId":"1","to":"2","text":"\ud83d\ude00 +"})"));
  BOOST_REQUIRE(query.record.key.has_value());
  BOOST_TEST((form.record.key == query.record.key));
  BOOST_TEST((json.record.key == query.record.key));
  for (const Accepted* one : {&query, &form, &json}) {
    BOOST_TEST(
        contains(one->record.body, R"("message":{"messageId":"1","to":"2","text":"😀 +"},"key":)"));
  }
  BOOST_TEST(contains(query.record.body, R"("format":"query")"));
  BOOST_TEST(contains(form.record.body, R"("format":"form")"));
  BOOST_TEST(contains(json.record.body, R"("format":"json")"));
}

BOOST_AUTO_TEST_CASE(parameters_called_key_and_crc_are_parameters) {
  const Accepted message =
      accepted(get("key=0123456789abcdef0123456789abcdef&crc=00000000&to=1&text=x"));
  BOOST_TEST(!message.record.key.has_value());
  BOOST_TEST(contains(
      message.record.body,
      R"("message":{"key":"0123456789abcdef0123456789abcdef","crc":"00000000","to":"1","text":"x"})"));
  BOOST_TEST(!log::message_key(message.record.body).has_value());
}

BOOST_AUTO_TEST_CASE(a_message_without_an_id_has_no_key) {
  const Accepted message = accepted(get("to=1&text=x"));
  BOOST_TEST(!message.record.key.has_value());
  BOOST_TEST(message.name == "inbound-sms");
}

BOOST_AUTO_TEST_CASE(what_is_unrecognized_is_kept_without_a_key) {
  const Accepted message = accepted(get("messageId=1&hello=world"));
  BOOST_TEST(contains(message.record.body, R"("kind":"unrecognized")"));
  BOOST_TEST(!message.record.key.has_value());
}

BOOST_AUTO_TEST_CASE(raw_is_kept_where_the_message_could_not_hold_the_bytes) {
  const std::string body = "to=1&text=caf%E9";
  const Accepted message = accepted(post_form(body));
  BOOST_TEST(contains(
      message.record.body,
      "\"message\":{\"to\":\"1\",\"text\":\"caf\uFFFD\"},\"raw\":\"" + base64(body) + "\""));
  BOOST_TEST(!contains(accepted(get("to=1&text=x")).record.body, "\"raw\""));
}

BOOST_AUTO_TEST_CASE(the_name_of_a_message_is_harmless_and_short) {
  const Accepted message = accepted(get("to=1&text=x&messageId=a%0A%1B%7F%C2%9B%E2%80%AEb"));
  BOOST_TEST(message.name == "inbound-sms a\\n\\x1b\\x7f\\x9b\\u202eb");
  BOOST_TEST(accepted(get("to=1&text=x&messageId=" + std::string(1000, 'x'))).name.size() < 100);
}

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_output) {
  BOOST_TEST(accepted(get(std::string(kQuery))).record.body ==
             accepted(get(std::string(kQuery))).record.body);
}

BOOST_AUTO_TEST_CASE(no_parameters_at_all_are_a_url_check) {
  for (const web::Request& request :
       {get(""), get("&"), post_form(""), post_json(""), post_json("{}"), post("", "")}) {
    const Immediate check = immediate(request);
    BOOST_TEST(check.response.status == 204);
    BOOST_TEST(check.response.text == "");
    BOOST_TEST(contains(check.report, "198.51.100.7"));
  }
}

BOOST_AUTO_TEST_CASE(a_url_with_an_empty_query_is_a_url_check) {
  web::Request request = get("");
  request.request_uri = "/webhooks/inbound-sms?";
  BOOST_TEST(immediate(request).response.status == 204);
}

BOOST_AUTO_TEST_CASE(the_body_and_the_length_of_a_get_are_not_looked_at) {
  web::Request request = get(std::string(kQuery));
  request.content_length = "x";
  request.content_type = "application/json";
  request.body = "{";
  request.body_size = 1;
  request.body_over_limit = true;
  BOOST_TEST(accepted(request).name == "inbound-sms 0C01");
}

BOOST_AUTO_TEST_CASE(a_head_gets_204_and_keeps_nothing) {
  web::Request request = get(std::string(kQuery));
  request.method = "HEAD";
  request.content_length = "x";
  const Immediate answer = immediate(request);
  BOOST_TEST(answer.response.status == 204);
  BOOST_TEST(answer.response.text == "");
  BOOST_TEST(contains(answer.report, "HEAD"));
  BOOST_TEST(!contains(answer.report, "Hello"));
}

BOOST_AUTO_TEST_CASE(a_web_server_that_does_not_pass_the_method_is_told_so) {
  for (const std::optional<std::string>& method : {std::optional<std::string>(), {""}}) {
    web::Request request = get(std::string(kQuery));
    request.method = method;
    const Immediate answer = immediate(request);
    BOOST_TEST(answer.response.status == 500);
    BOOST_TEST(contains(answer.response.text, "REQUEST_METHOD"));
    BOOST_TEST(contains(answer.report, "fastcgi_param REQUEST_METHOD $request_method;"));
    BOOST_TEST(contains(answer.report, "Apache"));
  }
}

BOOST_AUTO_TEST_CASE(a_web_server_that_does_not_pass_the_query_is_told_so) {
  for (web::Request request : {get(""), post_form(std::string(kQuery))}) {
    request.query.reset();
    const Immediate answer = immediate(request);
    BOOST_TEST(answer.response.status == 500);
    BOOST_TEST(contains(answer.response.text, "QUERY_STRING"));
    BOOST_TEST(contains(answer.report, "fastcgi_param QUERY_STRING $query_string;"));
    BOOST_TEST(contains(answer.report, "Apache"));
  }
}

BOOST_AUTO_TEST_CASE(a_web_server_that_drops_the_query_is_told_so) {
  web::Request request = get(std::string(kQuery));
  request.query = "";
  const Immediate answer = immediate(request);
  BOOST_TEST(answer.response.status == 500);
  BOOST_TEST(contains(answer.response.text, "QUERY_STRING"));
  BOOST_TEST(contains(answer.report, "fastcgi_param QUERY_STRING $query_string;"));
  BOOST_TEST(contains(answer.report, "RewriteRule"));
}

BOOST_AUTO_TEST_CASE(other_methods_get_405_and_the_list_of_those_allowed) {
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "get", "P\nST"}) {
    web::Request request = get(std::string(kQuery));
    request.method = method;
    const Immediate answer = immediate(request);
    BOOST_TEST(answer.response.status == 405);
    BOOST_TEST(answer.response.header == "Allow: GET, HEAD, POST");
    BOOST_TEST(!contains(answer.response.text, "\n"));
    BOOST_TEST(!answer.report.empty());
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_length_is_whatever_arrived) {
  for (const std::optional<std::string>& length : {std::optional<std::string>(), {""}, {"-1"}}) {
    web::Request request = post_form(std::string(kQuery));
    request.content_length = length;
    BOOST_TEST(accepted(request).name == "inbound-sms 0C01");
  }
}

BOOST_AUTO_TEST_CASE(a_length_that_is_no_number_gets_400) {
  for (const char* length :
       {"x", "-2", "+5", " 5", "5 ", "5x", "0x5", "1.0", "--1", "99999999999999999999999999"}) {
    web::Request request = post_form(std::string(kQuery));
    request.content_length = length;
    const Immediate answer = immediate(request);
    BOOST_TEST(answer.response.status == 400, length);
    BOOST_TEST(contains(answer.response.text, "CONTENT_LENGTH"));
    BOOST_TEST(!answer.report.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_gets_413_with_the_limit_in_words) {
  web::Request request = post_form("");
  request.body_over_limit = true;
  request.body_size = 300 * 1024;
  request.content_length = std::to_string(request.body_size);
  const auto words = [&](std::size_t limit) {
    const Verdict verdict = receive(request, kReceived, {.max_body = limit});
    const auto& answer = std::get<Immediate>(verdict);
    BOOST_TEST(answer.response.status == 413);
    BOOST_TEST(!answer.report.empty());
    return answer.response.text;
  };
  BOOST_TEST(contains(words(256 * 1024), "256 KiB"));
  BOOST_TEST(contains(words(1024 * 1024), "1 MiB"));
  BOOST_TEST(contains(words(1000), "1000 bytes"));
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_as_long_as_announced_gets_503) {
  for (const char* length : {"0", "5", "1000", "18446744073709551615"}) {
    web::Request request = post_json("{\"text\":\"secret\"}");
    request.content_length = length;
    const Immediate answer = immediate(request);
    BOOST_TEST(answer.response.status == 503, length);
    BOOST_TEST(answer.response.header == "Retry-After: 60");
    BOOST_TEST(contains(answer.response.text, length));
    BOOST_TEST(!contains(answer.report, "secret"));
  }
}

BOOST_AUTO_TEST_CASE(a_cut_body_is_never_called_malformed) {
  web::Request request = post_json("{\"text\":\"Hel");
  request.content_length = "17";
  BOOST_TEST(immediate(request).response.status == 503);
}

BOOST_AUTO_TEST_CASE(labelled_json_that_is_no_object_goes_raw_to_the_rejected_log_with_400) {
  web::Request request = post_json("{\"text\":\"secret\" \xE9");
  request.authorization = "Bearer abc";
  request.query = "a=1";
  const Rejection rejected = rejection(request);
  BOOST_TEST(rejected.kept.status == 400);
  BOOST_TEST(contains(rejected.kept.text, "at byte 17"));
  BOOST_TEST(rejected.not_kept.status == 503);
  BOOST_TEST(rejected.not_kept.header == "Retry-After: 60");
  BOOST_TEST(contains(rejected.report, "at byte 17"));
  BOOST_TEST(!contains(rejected.report, "secret"));
  const std::string& body = rejected.record.body;
  BOOST_TEST(contains(
      body, "\"reason\":\"the body is labelled JSON and is not one JSON object: at byte 17"));
  BOOST_TEST(contains(body, R"("status":400,"method":"POST","content_type":"application/json",)"
                            R"("authorization":"Bearer abc","remote":"198.51.100.7",)"
                            R"("query":"YT0x","body":")" +
                                base64(request.body) + "\""));
}

BOOST_AUTO_TEST_CASE(the_same_rejected_bytes_have_the_same_key) {
  const Rejection first = rejection(post_json("{"));
  const Rejection again = std::get<Rejection>(
      receive(post_json("{"), kReceived + std::chrono::minutes(1), ReceiverOptions{}));
  BOOST_REQUIRE(first.record.key.has_value());
  BOOST_TEST((again.record.key == first.record.key));
  BOOST_TEST((rejection(post_json("[")).record.key != first.record.key));
}

BOOST_AUTO_TEST_CASE(a_body_of_50_000_parameters_is_kept_whole) {
  std::string body = "to=1&text=x";
  for (int i = 0; i < 50'000; ++i) body += "&" + std::to_string(i);
  const Accepted message = accepted(post_form(body));
  BOOST_TEST(contains(message.record.body, "\"49999\":\"\"}"));
}

BOOST_AUTO_TEST_CASE(a_text_of_64_kib_is_kept_whole) {
  const std::string text(64 * 1024, 'x');
  BOOST_TEST(contains(accepted(post_form("to=1&text=" + text)).record.body, "\"" + text + "\""));
}

BOOST_AUTO_TEST_CASE(what_the_store_says_has_an_answer_each) {
  BOOST_TEST(answer_stored().status == 204);
  BOOST_TEST(answer_stored().text == "");
  for (const web::Response& answer : {answer_unavailable(), answer_busy(), answer_late()}) {
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.header == "Retry-After: 60");
    BOOST_TEST(!answer.text.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
