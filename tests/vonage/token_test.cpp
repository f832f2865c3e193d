#include "vonage/token.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "support/text.h"
#include "vonage/tokens.h"

using namespace inbound_sms;
using namespace inbound_sms::vonage;
using inbound_sms::testing::contains;

// Vonage, "Webhooks", "Decoding signed webhooks"; RFC 7515, RFC 7519.

namespace {

const std::string kSecret = "a secret of the tests";
const std::string kBody = R"({"message_uuid":"u","channel":"sms","text":"hi"})";
const std::string kClaims = claims_for(kBody, "1795505412");

std::string good_token() {
  return make_token(kHs256, kClaims, kSecret);
}

// What is wrong with the header, "taken" where nothing is.
std::string refused(const std::string& authorization) {
  const Result<Token> token = Token::parse(authorization);
  return token ? "taken" : token.error().text;
}

// What is wrong with the claims; when it was issued where nothing is.
std::string claims_of(const std::string& claims, const std::string& body = kBody) {
  const Result<Token> token = Token::parse("Bearer " + make_token(kHs256, claims, kSecret));
  BOOST_REQUIRE(token);
  const Result<std::string> issued = token->check_claims(body);
  return issued ? *issued : issued.error().text;
}

std::string claims_without(const std::string& member, const std::string& by = "") {
  std::string claims = kClaims;
  BOOST_REQUIRE(contains(claims, member));
  return claims.replace(claims.find(member), member.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tokens)

BOOST_AUTO_TEST_CASE(a_token_made_with_the_secret_is_taken) {
  const Result<Token> token = Token::parse("Bearer " + good_token());
  BOOST_REQUIRE(token);
  BOOST_TEST(token->is_signed(kSecret));
  BOOST_TEST(*token->check_claims(kBody) == "1795505412");
}

// Made by another program (Python's hmac and base64).
BOOST_AUTO_TEST_CASE(a_token_that_another_program_made_is_taken) {
  const Result<Token> token = Token::parse(
      "Bearer "
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiAiVm9uYWdlIiwgImlhdCI6IDE3OTU1MDU"
      "0MTIsICJwYXlsb2FkX2hhc2giOiAiNDQxMzZmYTM1NWIzNjc4YTExNDZhZDE2ZjdlODY0OWU5NGZiNGZ"
      "jMjFmZTc3ZTgzMTBjMDYwZjYxY2FhZmY4YSJ9.eNNprX9W7o6kBgK4F1S4Z4Tqtje_5-KiaR3Xkd2EeB"
      "M");
  BOOST_REQUIRE(token);
  BOOST_TEST(token->is_signed(kSecret));
  BOOST_TEST(*token->check_claims("{}") == "1795505412");
}

BOOST_AUTO_TEST_CASE(a_token_made_with_another_secret_is_not_signed) {
  const Result<Token> token = Token::parse("Bearer " + good_token());
  BOOST_REQUIRE(token);
  BOOST_TEST(!token->is_signed(kSecret + "x"));
  BOOST_TEST(!token->is_signed(""));
}

BOOST_AUTO_TEST_CASE(no_bit_of_a_token_can_be_changed) {
  const std::string token = good_token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = token;
      changed[i] = char(changed[i] ^ 1 << bit);
      const Result<Token> parsed = Token::parse("Bearer " + changed);
      BOOST_TEST((!parsed || !parsed->is_signed(kSecret)), changed);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_scheme_is_bearer_in_any_case) {
  BOOST_TEST(refused("bearer " + good_token()) == "taken");
  BOOST_TEST(refused("BEARER  " + good_token()) == "taken");
  for (const char* other : {"", "Bearer", "Bearer ", "Bearer\t", "Basic dTpw"})
    BOOST_TEST(contains(refused(other), "holds no bearer token"), other);
  BOOST_TEST(contains(refused(good_token()), "holds no bearer token"));
  BOOST_TEST(contains(refused("Bearer" + good_token()), "holds no bearer token"));
}

BOOST_AUTO_TEST_CASE(a_token_has_three_parts_of_base64url) {
  for (const char* other : {"asdf", "a.b", "a.b.c.d", "....", "."})
    BOOST_TEST(contains(refused(std::string("Bearer ") + other), "has not three parts"), other);
  BOOST_TEST(contains(refused("Bearer " + good_token() + "="), "is not base64url"));
  BOOST_TEST(contains(refused("Bearer " + good_token() + " "), "is not base64url"));
  BOOST_TEST(contains(refused("Bearer !." + good_token().substr(good_token().find('.') + 1)),
                      "cannot be read"));
}

BOOST_AUTO_TEST_CASE(no_algorithm_but_hs256_is_taken) {
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"RS256"})", R"({"alg":"HS512"})",
        R"({"alg":"hs256"})", R"({"alg":["HS256"]})", R"({"alg":null})", R"({"typ":"JWT"})", "{}",
        R"({"alg":"HS256","alg":"HS256"})"}) {
    BOOST_TEST(contains(refused("Bearer " + make_token(header, kClaims, kSecret)),
                        "is not signed by HS256"),
               header);
  }
  const std::string unsigned_token =
      base64url(R"({"alg":"none"})") + "." + base64url(kClaims) + ".";
  BOOST_TEST(contains(refused("Bearer " + unsigned_token), "is not signed by HS256"));
}

BOOST_AUTO_TEST_CASE(an_empty_signature_is_not_one) {
  const std::string token = good_token();
  const Result<Token> parsed = Token::parse("Bearer " + token.substr(0, token.rfind('.') + 1));
  BOOST_REQUIRE(parsed);
  BOOST_TEST(!parsed->is_signed(kSecret));
}

BOOST_AUTO_TEST_CASE(a_header_that_must_be_understood_and_is_not_is_refused) {
  const char* header = R"({"alg":"HS256","crit":["exp"]})";
  BOOST_TEST(contains(refused("Bearer " + make_token(header, kClaims, kSecret)), "crit"));
}

BOOST_AUTO_TEST_CASE(a_token_is_for_one_body) {
  BOOST_TEST(contains(claims_of(kClaims, kBody + " "), "is for another body"));
  BOOST_TEST(contains(claims_of(kClaims, ""), "is for another body"));
  BOOST_TEST(claims_of(claims_for("", "1795505412"), "") == "1795505412");
  std::string upper = to_hex(sha256(kBody));
  for (char& c : upper) c = char(std::toupper(c));
  BOOST_TEST(claims_of(claims_without(to_hex(sha256(kBody)), upper)) == "1795505412");
  BOOST_TEST(contains(claims_of(claims_without("payload_hash", "hash")), "payload_hash"));
  BOOST_TEST(contains(claims_of(claims_without('"' + to_hex(sha256(kBody)) + '"', "null")),
                      "payload_hash"));
  BOOST_TEST(contains(claims_of(claims_without(to_hex(sha256(kBody)))), "is for another body"));
}

BOOST_AUTO_TEST_CASE(a_token_is_issued_by_vonage) {
  for (const char* other : {R"("Evil")", R"("vonage")", R"("")", "null", "1", R"(["Vonage"])"})
    BOOST_TEST(contains(claims_of(claims_without(R"("Vonage")", other)), "iss"), other);
  BOOST_TEST(contains(claims_of(claims_without(R"("iss":"Vonage",)")), "iss"));
}

BOOST_AUTO_TEST_CASE(a_token_says_when_it_was_made_by_a_number) {
  BOOST_TEST(claims_of(claims_for(kBody, "1795505412.5")) == "1795505412.5");
  for (const char* other : {R"("1795505412")", "null", "true", "[1795505412]"})
    BOOST_TEST(contains(claims_of(claims_for(kBody, other)), "iat"), other);
  BOOST_TEST(contains(claims_of(claims_without(R"("iat":1795505412,)")), "iat"));
}

BOOST_AUTO_TEST_CASE(claims_that_are_no_object_are_refused) {
  for (const char* other : {"", "null", "[]", "{", R"("iss")", "\xff"})
    BOOST_TEST(contains(claims_of(other), "claims that cannot be read"), other);
}

BOOST_AUTO_TEST_SUITE_END()
