#include "vonage/proof.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "support/text.h"
#include "vonage/tokens.h"

using namespace inbound_sms;
using namespace inbound_sms::vonage;
using namespace std::chrono_literals;
using inbound_sms::testing::contains;

namespace {

constexpr const char* kMade = "1795505412";  // 2026-11-24T07:30:12Z
const Time kTime = *from_iso("2026-11-24T07:30:12.000000Z");
const std::string kSecret = "a secret of the tests";
const std::string kMessage = "messageId=0C01&to=447700900000&msisdn=447700900001&text=Hello";

// A sender, a receiver, and what lies between them.
struct World {
  ProofRules rules{SignatureMethod::sha256hmac, 96h};
  Secrets secrets{kSecret};
  Time now = kTime;

  // What is wrong with a request, "proven" where nothing is.
  std::string check(const Submission& submission,
                    std::optional<std::string_view> authorization = {}) const {
    const Result<Delivery> delivery = decode(submission);
    BOOST_REQUIRE(delivery);
    const Unproven request{*classify(delivery->parameters), *delivery, authorization,
                           submission.body};
    const Status proven = check_proof(request, rules, secrets, now);
    return proven ? "proven" : proven.error().text;
  }

  std::string check_query(const std::string& query) const {
    return check({Method::get, query, "", ""});
  }

  std::string check_json(const std::string& body, const std::string& token) const {
    return check({Method::post, "", "application/json", body}, "Bearer " + token);
  }

  // A query with the signature that its sender gives it.
  std::string signed_query(const std::string& query, const std::string& secret = kSecret) const {
    const Result<Delivery> delivery = decode({Method::get, query, "", ""});
    return query + "&sig=" + sign(rules.method, *text_to_sign(delivery->parameters), secret);
  }
};

std::string dated(const std::string& timestamp) {
  return kMessage + "&timestamp=" + timestamp;
}

const std::string kBody =
    R"({"message_uuid":"u","channel":"sms","message_type":"text","text":"hi"})";

std::string token_for(const std::string& body, const std::string& issued = kMade,
                      const std::string& secret = kSecret) {
  return make_token(kHs256, claims_for(body, issued), secret);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(proof, World)

BOOST_AUTO_TEST_CASE(a_signed_message_is_proven_by_each_method) {
  for (const auto method :
       {SignatureMethod::md5hash, SignatureMethod::md5hmac, SignatureMethod::sha1hmac,
        SignatureMethod::sha256hmac, SignatureMethod::sha512hmac}) {
    rules.method = method;
    BOOST_TEST(check_query(signed_query(dated(kMade))) == "proven");
  }
}

BOOST_AUTO_TEST_CASE(a_message_without_or_with_a_wrong_signature_is_not) {
  BOOST_TEST(contains(check_query(dated(kMade)), "there is no signature"));
  BOOST_TEST(contains(check_query(dated(kMade) + "&sig="), "the signature is wrong"));
  BOOST_TEST(contains(check_query(signed_query(dated(kMade), "other")), "the signature is wrong"));
  BOOST_TEST(contains(check_query("x=1&" + signed_query(dated(kMade))), "the signature is wrong"));
  rules.method = SignatureMethod::md5hmac;
  const std::string by_another_method = signed_query(dated(kMade));
  rules.method = SignatureMethod::md5hash;
  BOOST_TEST(contains(check_query(by_another_method), "the signature is wrong"));
}

BOOST_AUTO_TEST_CASE(any_of_several_secrets_will_do) {
  secrets = {"old", kSecret, "new"};
  for (const char* secret : {"old", "a secret of the tests", "new"}) {
    BOOST_TEST(check_query(signed_query(dated(kMade), secret)) == "proven");
    BOOST_TEST(check_json(kBody, token_for(kBody, kMade, secret)) == "proven");
  }
  BOOST_TEST(contains(check_query(signed_query(dated(kMade), "third")), "wrong"));
  secrets.clear();
  BOOST_TEST(contains(check_query(signed_query(dated(kMade), "")), "wrong"));
}

BOOST_AUTO_TEST_CASE(a_replay_with_the_scheme_s_three_alike_characters_swapped_is_proven_too) {
  const std::string query =
      signed_query("text=a%26b%3Dc_d&messageId=0C01&to=1&timestamp=" + std::string(kMade));
  for (const char* text : {"a_b_c_d", "a%3Db%26c%26d"})
    BOOST_TEST(check_query("text=" + std::string(text) + query.substr(query.find('&'))) ==
               "proven");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_signed_is_never_proven) {
  for (const char* odd : {"a%26b=1&", "a%3Db=1&", "a=1&a=2&", "sig=1&"})
    BOOST_TEST(contains(check_query(odd + signed_query(dated(kMade))), "cannot be signed"), odd);
}

BOOST_AUTO_TEST_CASE(the_time_of_a_signature_must_be_there) {
  BOOST_TEST(contains(check_query(signed_query(kMessage)), "timestamp"));
  for (const char* odd : {"", "+1795505412", "-1", "x", "1795505412x", "1795505412.", ".5",
                          "179550541200000000000", "2026-11-24+07:30:12", "1e9", "0x1"})
    BOOST_TEST(contains(check_query(signed_query(dated(odd))), "timestamp"), odd);
  BOOST_TEST(check_query(signed_query(dated("1795505412.9"))) == "proven");
}

BOOST_AUTO_TEST_CASE(a_signature_is_taken_up_to_the_last_microsecond_of_its_window) {
  const std::string query = signed_query(dated(kMade));
  now = kTime + 96h;
  BOOST_TEST(check_query(query) == "proven");
  now += 1us;
  BOOST_TEST(contains(check_query(query), "the signature is 96 h old, more than the 96 h"));
  now = kTime - 5min;
  BOOST_TEST(check_query(query) == "proven");
  now -= 1us;
  BOOST_TEST(contains(check_query(query), "from the future"));
}

BOOST_AUTO_TEST_CASE(a_token_is_taken_up_to_the_last_microsecond_of_its_window) {
  const std::string token = token_for(kBody);
  now = kTime + 96h;
  BOOST_TEST(check_json(kBody, token) == "proven");
  now += 1us;
  BOOST_TEST(contains(check_json(kBody, token), "the token is 96 h old"));
  now = kTime - 5min;
  BOOST_TEST(check_json(kBody, token) == "proven");
  now -= 1us;
  BOOST_TEST(contains(check_json(kBody, token), "from the future"));
}

BOOST_AUTO_TEST_CASE(a_clock_that_says_1970_takes_nothing) {
  now = Time();
  BOOST_TEST(contains(check_query(signed_query(dated(kMade))), "sender's clock is wrong or ours"));
  BOOST_TEST(contains(check_json(kBody, token_for(kBody)), "sender's clock is wrong or ours"));
}

BOOST_AUTO_TEST_CASE(no_time_is_too_far_away) {
  for (const char* far : {"0", "99999999999"})
    BOOST_TEST(!contains(check_query(signed_query(dated(far))), "proven"));
  now = Time::max();
  BOOST_TEST(contains(check_query(signed_query(dated("0"))), "old"));
}

BOOST_AUTO_TEST_CASE(the_messages_api_is_proven_by_a_token_and_by_nothing_else) {
  BOOST_TEST(check_json(kBody, token_for(kBody)) == "proven");
  const std::string status = R"({"message_uuid":"u","status":"delivered"})";
  BOOST_TEST(check_json(status, token_for(status)) == "proven");
  BOOST_TEST(contains(check_json(kBody, token_for(kBody, kMade, "x")), "signature is wrong"));
  BOOST_TEST(contains(check_json(kBody + " ", token_for(kBody)), "another body"));
  BOOST_TEST(contains(check({Method::post, "", "application/json", kBody}), "there is no token"));
  const std::string query = signed_query("message_uuid=u&text=hi&timestamp=" + std::string(kMade));
  BOOST_TEST(contains(check_query(query), "there is no token"));
}

BOOST_AUTO_TEST_CASE(the_sms_api_is_not_proven_by_a_token) {
  const std::string body = R"({"messageId":"0C01","to":"1","msisdn":"2","text":"hi"})";
  BOOST_TEST(contains(check_json(body, token_for(body)), "there is no signature"));
}

// It would prove nothing about them: the same token with another query would be another message.
BOOST_AUTO_TEST_CASE(a_token_does_not_prove_a_query) {
  const std::string authorization = "Bearer " + token_for("");
  BOOST_TEST(contains(check({Method::get, "message_uuid=u&text=hi", "", ""}, authorization),
                      "the parameters are in the query"));
  BOOST_TEST(contains(check({Method::post, "message_uuid=u&text=hi", "", ""}, authorization),
                      "the parameters are in the query"));
}

BOOST_AUTO_TEST_CASE(a_token_proves_a_form_too) {
  const std::string body = "message_uuid=u&text=hi";
  BOOST_TEST(check({Method::post, "", "", body}, "Bearer " + token_for(body)) == "proven");
}

BOOST_AUTO_TEST_CASE(with_the_method_token_nothing_but_the_messages_api_is_taken) {
  rules.method = SignatureMethod::token;
  BOOST_TEST(check_json(kBody, token_for(kBody)) == "proven");
  BOOST_TEST(contains(check_query(signed_query(dated(kMade))), "only the Messages API is taken"));
  const std::string body = R"({"anything":"else"})";
  BOOST_TEST(contains(check_json(body, token_for(body)), "only the Messages API is taken"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_without_what_would_be_right) {
  const std::string right = signed_query(dated(kMade));
  const std::string sig = right.substr(right.find("sig=") + 4);
  const std::string said = check_query(dated(kMade) + "&sig=0000");
  BOOST_TEST(!contains(said, sig));
  BOOST_TEST(!contains(said, kSecret));
}

BOOST_AUTO_TEST_SUITE_END()
