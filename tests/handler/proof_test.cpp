#include <boost/test/unit_test.hpp>
#include <string>

#include "receiver.h"
#include "support/text.h"

using namespace inbound_sms;
using namespace std::chrono_literals;
using inbound_sms::testing::contains;

// The receiver where requests have to prove who sent them.

namespace {

const Time kReceived = *from_iso("2026-11-24T07:30:12.345678Z");
const vonage::Secrets kSecrets{"a secret of the tests"};
const ReceiverOptions kOptions{
    .proof = vonage::ProofRules{vonage::SignatureMethod::md5hash, std::chrono::hours(96)}};
const std::string kMessage =
    "msisdn=447700900001&to=447700900000&messageId=0C01&text=a%26b&timestamp=1795505412";

web::Request get(const std::string& query) {
  web::Request request;
  request.method = "GET";
  request.query = query;
  request.remote = "198.51.100.7";
  return request;
}

std::string with_signature(const std::string& query) {
  const auto delivery = vonage::decode({vonage::Method::get, query, "", ""});
  return query + "&sig=" +
         vonage::sign(kOptions.proof->method, *vonage::text_to_sign(delivery->parameters),
                      kSecrets.front());
}

Verdict verdict_on(const std::string& query, Time received = kReceived) {
  return receive(get(query), received, kOptions, kSecrets);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proven_requests)

BOOST_AUTO_TEST_CASE(a_proven_message_is_accepted_as_valid) {
  const Verdict verdict = verdict_on(with_signature(kMessage));
  BOOST_REQUIRE(std::holds_alternative<Accepted>(verdict));
  BOOST_TEST(contains(std::get<Accepted>(verdict).record.body, R"("signature":"valid")"));
}

BOOST_AUTO_TEST_CASE(what_proves_nothing_is_asked_for_again_and_kept_for_inspection) {
  const Verdict verdict = verdict_on(kMessage + "&sig=0123456789abcdef0123456789abcdef");
  BOOST_REQUIRE(std::holds_alternative<Rejection>(verdict));
  const auto& rejection = std::get<Rejection>(verdict);
  for (const web::Response& answer : {rejection.kept, rejection.not_kept}) {
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.header == "Retry-After: 60");
    BOOST_TEST(answer.text ==
               "this does not prove that Vonage sent it: the signature is wrong (sig)");
  }
  BOOST_TEST((rejection.record.durability == log::Durability::written));
  BOOST_TEST(contains(rejection.record.body, R"("status":503,"method":"GET")"));
  BOOST_TEST(contains(rejection.report, "the signature is wrong"));
  BOOST_TEST(!contains(rejection.record.body, kSecrets.front()));
}

BOOST_AUTO_TEST_CASE(the_authorization_is_kept_with_what_it_did_not_prove) {
  web::Request request = get("message_uuid=u&text=hi");
  request.authorization = "Bearer a.b.c";
  const Verdict verdict = receive(request, kReceived, kOptions, kSecrets);
  BOOST_TEST(
      contains(std::get<Rejection>(verdict).record.body, R"("authorization":"Bearer a.b.c")"));
}

BOOST_AUTO_TEST_CASE(a_replay_that_the_signature_cannot_tell_apart_has_the_same_key) {
  const std::string query = with_signature(kMessage);
  std::string swapped = query;
  swapped.replace(swapped.find("a%26b"), 5, "a_b");
  const Verdict first = verdict_on(query), replay = verdict_on(swapped, kReceived + 1h);
  BOOST_REQUIRE(std::holds_alternative<Accepted>(replay));
  BOOST_TEST((std::get<Accepted>(first).record.key == std::get<Accepted>(replay).record.key));
  BOOST_TEST(std::get<Accepted>(first).record.key.has_value());
}

BOOST_AUTO_TEST_CASE(a_replay_after_its_time_is_refused) {
  const Verdict verdict = verdict_on(with_signature(kMessage), kReceived + 96h);
  BOOST_REQUIRE(std::holds_alternative<Rejection>(verdict));
  BOOST_TEST(contains(std::get<Rejection>(verdict).report, "old"));
}

BOOST_AUTO_TEST_CASE(a_url_check_has_nothing_to_prove) {
  BOOST_TEST(std::get<Immediate>(verdict_on("")).response.status == 204);
  web::Request head = get("");
  head.method = "HEAD";
  BOOST_TEST(std::get<Immediate>(receive(head, kReceived, kOptions, kSecrets)).response.status ==
             204);
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused_before_it_has_to_prove_anything) {
  web::Request request = get("");
  request.method = "POST";
  request.content_type = "application/json";
  request.body = "{";
  request.body_size = 1;
  const Verdict verdict = receive(request, kReceived, kOptions, kSecrets);
  BOOST_TEST(std::get<Rejection>(verdict).kept.status == 400);
  BOOST_TEST((std::get<Rejection>(verdict).record.durability == log::Durability::synced));
}

BOOST_AUTO_TEST_CASE(without_secrets_nothing_is_proven) {
  const Verdict verdict = receive(get(with_signature(kMessage)), kReceived, kOptions, {});
  BOOST_TEST(std::holds_alternative<Rejection>(verdict));
}

BOOST_AUTO_TEST_CASE(where_no_proof_is_asked_for_a_signature_is_not_looked_at) {
  const Verdict verdict = receive(get(kMessage + "&sig=wrong"), kReceived, {});
  BOOST_TEST(contains(std::get<Accepted>(verdict).record.body, R"("signature":"none")"));
}

BOOST_AUTO_TEST_SUITE_END()
