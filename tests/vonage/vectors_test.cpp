#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "support/fixtures.h"
#include "support/json.h"
#include "support/temporary_folder.h"
#include "vonage/proof.h"
#include "vonage/token.h"

using namespace inbound_sms;
using namespace inbound_sms::vonage;
using namespace inbound_sms::testing;

// The signatures and tokens that lie beside the captured requests: pure functions of what each
// vector holds.

namespace {

const std::string kNumber = "number ";  // parse_json() marks a number so

rapidjson::Document vectors_in(const char* name) {
  return parse_json(read_file(std::string(std::getenv("FIXTURES")) + "/" + name));
}

bool is_string(const rapidjson::Value& vector, const char* name) {
  return vector.HasMember(name) && vector[name].IsString();
}

Parameters parameters_of(const rapidjson::Value& object) {
  Parameters parameters;
  for (const auto& member : object.GetObject()) {
    if (member.value.IsNull()) {
      parameters.add(member.name.GetString(), {});
      continue;
    }
    std::string text = string_of(object, member.name.GetString());
    const bool number = text.starts_with(kNumber);
    if (number) text.erase(0, kNumber.size());
    parameters.add(member.name.GetString(),
                   {number ? Value::Type::number : Value::Type::string, std::move(text)});
  }
  return parameters;
}

// What a receiver that knows the secret says of a signature.
bool is_valid(const rapidjson::Value& vector) {
  const std::optional<std::string> text = text_to_sign(parameters_of(vector["params"]));
  const auto method = signature_method(string_of(vector, "method"));
  return text &&
         is_signed(method.value(), *text, string_of(vector, "secret"), string_of(vector, "sig"));
}

Time second(const std::string& number) {
  return Time(std::chrono::seconds(std::stoll(number.substr(kNumber.size()))));
}

// What the whole check says of a token at a time.
bool is_accepted(const rapidjson::Value& vector, Time now) {
  const std::string body = string_of(vector, "body");
  const std::string authorization = "Bearer " + string_of(vector, "token");
  const Result<Delivery> delivery = decode({Method::post, "", "application/json", body});
  const Unproven request{Kind::message, *delivery, authorization, body};
  return bool(check_proof(request, {SignatureMethod::token, std::chrono::hours(96)},
                          {string_of(vector, "secret")}, now));
}

bool has_valid_hmac(const rapidjson::Value& vector) {
  const Result<Token> token = Token::parse("Bearer " + string_of(vector, "token"));
  return token && token->is_signed(string_of(vector, "secret"));
}

// Where design and vector differ: a token 301 s old is within the window, `iat` is a number.
std::optional<bool> verdict_on_token(const rapidjson::Value& vector) {
  const std::string id = string_of(vector, "id");
  if (id == "jwt-16") return true;
  if (id == "jwt-26") return false;
  if (!vector["accept_if_body_check_on"].IsBool() || !is_string(vector, "now")) return std::nullopt;
  return vector["accept_if_body_check_on"].GetBool();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vectors, *boost::unit_test::precondition(fixtures_are_given))

BOOST_AUTO_TEST_CASE(each_signature_has_the_verdict_of_its_vector) {
  const rapidjson::Document document = vectors_in("signature-vectors.json");
  int verdicts = 0;
  for (const auto& vector : document["vectors"].GetArray()) {
    if (!is_string(vector, "secret") || !vector["params"].IsObject()) continue;
    const bool expected = vector["valid"].IsBool() && vector["valid"].GetBool();
    BOOST_TEST(is_valid(vector) == expected, string_of(vector, "id"));
    verdicts += vector["valid"].IsBool();
  }
  BOOST_TEST(verdicts == 74);
}

BOOST_AUTO_TEST_CASE(each_string_to_sign_is_that_of_its_vector) {
  int strings = 0;
  const rapidjson::Document document = vectors_in("signature-vectors.json");
  for (const auto& vector : document["vectors"].GetArray()) {
    // Those that disagree with the rule come from programs that leave it.
    if (!is_string(vector, "canonical") || string_of(vector, "kind") == "sdk-divergent") continue;
    const std::string id = string_of(vector, "id");
    if (vector["valid"].IsBool() && !vector["valid"].GetBool()) continue;
    BOOST_TEST(
        text_to_sign(parameters_of(vector["params"])).value() == string_of(vector, "canonical"),
        id);
    ++strings;
  }
  BOOST_TEST(strings > 50);
}

BOOST_AUTO_TEST_CASE(a_signature_of_unknown_secret_is_valid_under_none_of_the_known_ones) {
  const rapidjson::Document document = vectors_in("signature-vectors.json");
  int unknown = 0;
  for (const auto& vector : document["vectors"].GetArray()) {
    if (is_string(vector, "secret") || !vector["params"].IsObject() || !is_string(vector, "sig"))
      continue;
    const std::string text = text_to_sign(parameters_of(vector["params"])).value();
    for (const auto& other : document["vectors"].GetArray()) {
      if (is_string(other, "secret"))
        BOOST_TEST(!is_signed(signature_method(string_of(vector, "method")).value(), text,
                              string_of(other, "secret"), string_of(vector, "sig")));
    }
    ++unknown;
  }
  BOOST_TEST(unknown > 0);
}

BOOST_AUTO_TEST_CASE(each_token_has_the_hmac_that_its_vector_says) {
  const rapidjson::Document document = vectors_in("jwt-vectors.json");
  for (const auto& vector : document["vectors"].GetArray())
    BOOST_TEST(has_valid_hmac(vector) == vector["hmac_valid"].GetBool(), string_of(vector, "id"));
  BOOST_TEST(document["vectors"].Size() == 26U);
}

BOOST_AUTO_TEST_CASE(each_token_is_accepted_at_its_time_as_its_vector_says) {
  const rapidjson::Document document = vectors_in("jwt-vectors.json");
  int verdicts = 0;
  for (const auto& vector : document["vectors"].GetArray()) {
    const std::optional<bool> expected = verdict_on_token(vector);
    if (!expected) continue;
    BOOST_TEST(is_accepted(vector, second(string_of(vector, "now"))) == *expected,
               string_of(vector, "id"));
    ++verdicts;
  }
  BOOST_TEST(verdicts == 13);
}

// Those of other programs' tests: for no body, or not by Vonage, or too old.
BOOST_AUTO_TEST_CASE(each_other_token_is_refused_by_the_whole_check) {
  const rapidjson::Document document = vectors_in("jwt-vectors.json");
  const Time now = system_clock().now();
  int refused = 0;
  for (const auto& vector : document["vectors"].GetArray()) {
    if (verdict_on_token(vector)) continue;
    rapidjson::Document copy;
    copy.CopyFrom(vector, copy.GetAllocator());
    if (!is_string(vector, "body")) copy["body"].SetString("{}");
    BOOST_TEST(!is_accepted(copy, now), string_of(vector, "id"));
    ++refused;
  }
  BOOST_TEST(refused == 13);
}

BOOST_AUTO_TEST_SUITE_END()
