#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "doors/cases.h"
#include "doors/visit.h"
#include "support/json.h"
#include "support/secrets.h"
#include "support/text.h"

namespace inbound_sms::testing {

namespace {

using tools::Event;
using tools::Form;

constexpr Form kForms[] = {Form::get, Form::post, Form::post_json};

Event sms(const std::string& id, const std::string& text = "Caf\u00e9 1+1") {
  return tools::sms_events({.id = id, .text = text}).front();
}

Event of_messages_api(const std::string& id) {
  return tools::message_event({.id = id}, system_clock().now());
}

void check_taken(const Door& door, const Event& event, Form form) {
  const Visit visit(door);
  const HttpAnswer answer = visit.send(event, form, signed_by());
  BOOST_TEST(answer.status == 204, answer.status << " " << answer.body);
  const auto logged = visit.logged();
  BOOST_REQUIRE_EQUAL(logged.size(), 1);
  BOOST_TEST(string_of(logged[0], "signature") == "valid");
  for (const auto& [name, value] : event.parameters)
    if (value.type == vonage::Value::Type::string)
      BOOST_TEST((string_of(logged[0]["message"], name.c_str()) == value.text), name);
  BOOST_TEST(visit.rejected().empty());
}

void signed_get(const Door& door) {
  check_taken(door, sms("0C60"), Form::get);
}

void signed_form(const Door& door) {
  check_taken(door, sms("0C61"), Form::post);
}

void signed_json(const Door& door) {
  check_taken(door, sms("0C62"), Form::post_json);
}

// The header has to arrive for that.
void token(const Door& door) {
  check_taken(door, of_messages_api("a580f869"), Form::post_json);
}

// What a server that touches a query or body would change.
void signed_texts(const Door& door) {
  const std::string texts[] = {
      "a&b=c&amp;d", "100 % + 1%20", "\U0001f600 \u00e9\u0105", " a\ttab and\ntwo lines ", "",
      "/../?#;|"};
  int number = 0;
  for (const std::string& text : texts)
    for (const Form form : kForms)
      check_taken(door, sms("0C63-" + std::to_string(number++), text), form);
}

void signed_nul(const Door& door) {
  int number = 0;
  for (const Form form : kForms)
    check_taken(door, sms("0C64-" + std::to_string(number++), std::string("a\0b", 3)), form);
}

void signed_part(const Door& door) {
  for (const Event& part :
       tools::sms_events({.id = "0C65", .text = std::string(153, '&') + std::string(153, '=')}))
    check_taken(door, part, Form::get);
}

// Nothing of it is on the log; it is asked for again, and kept.
void check_refused(const Door& door, const Event& event, Form form,
                   const std::optional<tools::Signing>& signing, const std::string& why) {
  const Visit visit(door);
  const HttpAnswer answer = visit.send(event, form, signing);
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(answer.headers.at("retry-after") == "60");
  BOOST_TEST(visit.logged().empty());
  const auto rejected = visit.rejected();
  BOOST_REQUIRE_EQUAL(rejected.size(), 1);
  BOOST_TEST(contains(string_of(rejected[0], "reason"), why), shown(rejected[0]));
}

void wrong_signature(const Door& door) {
  for (const Form form : kForms)
    check_refused(door, sms("0C66"), form, signed_by("another secret"), "the signature is wrong");
}

void no_signature(const Door& door) {
  for (const Form form : kForms)
    check_refused(door, sms("0C67"), form, std::nullopt, "there is no signature");
}

void wrong_token(const Door& door) {
  check_refused(door, of_messages_api("b580f869"), Form::post_json, signed_by("another secret"),
                "the token's signature is wrong");
}

void no_token(const Door& door) {
  check_refused(door, of_messages_api("c580f869"), Form::post_json, std::nullopt,
                "there is no token");
}

void signed_repeat(const Door& door) {
  const Visit visit(door);
  for (const Form form : kForms)
    BOOST_TEST(visit.send(sms("0C68"), form, signed_by()).status == 204);
  BOOST_TEST(visit.logged().size() == 1U);
}

}  // namespace

const std::vector<Case>& signed_cases() {
  static const std::vector<Case> cases{
      {"signed_get", signed_get},     {"signed_form", signed_form},
      {"signed_json", signed_json},   {"token", token},
      {"signed_texts", signed_texts}, {"signed_nul", signed_nul},
      {"signed_part", signed_part},   {"wrong_signature", wrong_signature},
      {"no_signature", no_signature}, {"wrong_token", wrong_token},
      {"no_token", no_token},         {"signed_repeat", signed_repeat},
  };
  return cases;
}

}  // namespace inbound_sms::testing
