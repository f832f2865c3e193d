#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "deliveries/sending.h"
#include "deliveries/webhook.h"
#include "support/secrets.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using tools::Delivery;
using tools::Form;
using tools::RepeatedProof;

// The handler has a wrong secret for a day, of which a minute is 100 ms here: Vonage repeats, and
// once the secret is right everything is on the log, without a restart.

namespace {

constexpr char kWrong[] = "the secret of another account\n";
const std::string kRight = std::string(kSecret) + "\n";

std::vector<Delivery> of_all_kinds() {
  std::vector<Delivery> deliveries;
  for (int i = 10; i < 15; ++i)
    for (const tools::Event& event : events_of_all_kinds("0C" + std::to_string(i)))
      deliveries.emplace_back(event, tools::faster(tools::every_minute(event.kind), 600));
  return deliveries;
}

struct SignedWebhook : Webhook {
  explicit SignedWebhook(const std::string& secrets = kWrong)
      : Webhook([&](const TemporaryFolder& its) { return ask_for_signatures(its, secrets); }) {}

  std::string secrets() const { return secrets_path(folder()); }

  tools::Route signed_route(Form form, RepeatedProof proof = RepeatedProof::fresh,
                            const std::string& secret = kSecret) const {
    tools::Route route = this->route(form);
    route.signing = signed_by(secret);
    route.repeated_proof = proof;
    return route;
  }
};

void loses_nothing(Form form, RepeatedProof proof,
                   const std::function<void(const std::string& path)>& put_right) {
  SignedWebhook webhook;
  auto deliveries = of_all_kinds();
  const int count = int(deliveries.size());
  Sending sending(std::move(deliveries), webhook.signed_route(form, proof));
  BOOST_TEST(wait_until([&] { return sending.failed() >= 5 * count; }));
  BOOST_TEST(webhook.log().empty());
  put_right(webhook.secrets());
  for (const Delivery& delivery : sending.wait()) {
    const auto& attempts = delivery.attempts();
    BOOST_TEST(attempts.size() >= 2U, tools::report_of(delivery));
    for (std::size_t i = 0; i + 1 < attempts.size(); ++i)
      BOOST_TEST(attempts[i].answer.status == 503, tools::report_of(delivery));
  }
  check_taken_and_logged_once(sending.wait(), webhook);
  for (const auto& line : webhook.log())
    BOOST_TEST(std::string(line["signature"].GetString()) == "valid");
  BOOST_TEST(contains(webhook.words(), "have changed: 1 is valid"), webhook.words());
}

void by_rename(const std::string& path) {
  write_secrets(path, kRight);
}

// As an editor may that keeps the file.
void in_place(const std::string& path) {
  std::ofstream(path) << kRight;
}

// Delivers one message with this secret. Returns the status of the first attempt.
int first_answer(const SignedWebhook& webhook, const std::string& id, const std::string& secret) {
  const auto event = tools::sms_events({.id = id}).front();
  return tools::HttpConnection()
      .send(tools::to_request(event, Form::post, webhook.route().url, system_clock().now(),
                              signed_by(secret)))
      .status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wrong_secret)

BOOST_AUTO_TEST_CASE(a_secret_put_right_by_a_rename_lets_each_repeat_land_once) {
  loses_nothing(Form::get, RepeatedProof::fresh, by_rename);
  loses_nothing(Form::post_json, RepeatedProof::first, by_rename);
}

BOOST_AUTO_TEST_CASE(a_secret_put_right_in_place_lets_each_repeat_land_once) {
  loses_nothing(Form::post, RepeatedProof::first, in_place);
}

BOOST_AUTO_TEST_CASE(old_and_new_secret_are_valid_while_both_stand_there) {
  const SignedWebhook webhook("old one\n");
  BOOST_TEST(first_answer(webhook, "0C01", "old one") == 204);
  BOOST_TEST(first_answer(webhook, "0C02", "new one") == 503);
  write_secrets(webhook.secrets(), "new one\nold one\n");
  BOOST_TEST(first_answer(webhook, "0C03", "old one") == 204);
  BOOST_TEST(first_answer(webhook, "0C04", "new one") == 204);
  write_secrets(webhook.secrets(), "new one\n");
  BOOST_TEST(first_answer(webhook, "0C05", "old one") == 503);
  BOOST_TEST(first_answer(webhook, "0C06", "new one") == 204);
  BOOST_TEST(webhook.log().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_taken_leaves_the_last_secrets_valid_and_is_said_once) {
  const SignedWebhook webhook(kRight);
  const std::string path = webhook.secrets();
  const struct {
    std::function<void()> spoil;
    std::string words;
  } cases[] = {{[&] { write_secrets(path, kWrong, 0644); }, "others may read or change it"},
               {[&] { write_secrets(path, ""); }, "it is empty"},
               {[&] { write_secrets(path, kRight + "\n"); }, "line 2: it is empty"},
               {[&] { std::filesystem::remove(path); }, "No such file"}};
  int number = 0;
  for (const auto& [spoil, words] : cases) {
    spoil();
    for (int times = 0; times < 3; ++times)
      BOOST_TEST(first_answer(webhook, "0C" + std::to_string(++number), kSecret) == 204, words);
    BOOST_TEST(count_of(webhook.words(), words) == 1U, webhook.words());
  }
  write_secrets(path, "new one\n");
  BOOST_TEST(first_answer(webhook, "0C99", "new one") == 204);
  BOOST_TEST(first_answer(webhook, "0C98", kSecret) == 503);
}

BOOST_AUTO_TEST_SUITE_END()
