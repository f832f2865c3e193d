#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "deliveries/sending.h"
#include "deliveries/webhook.h"
#include "support/rounds.h"
#include "support/secrets.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using tools::Delivery;
using tools::Form;

// `inbound-sms replay` beside a handler that takes what Vonage repeats, and beside another replay;
// killed in the middle, and run again. Each message is on the log once.

namespace {

constexpr char kWrong[] = "the secret of another account\n";
constexpr tools::RetrySchedule kOnce{std::chrono::minutes(1), std::chrono::minutes(1),
                                     std::chrono::seconds(1)};

std::vector<Delivery> deliveries_of(std::size_t count, const tools::RetrySchedule& schedule) {
  std::vector<Delivery> deliveries;
  for (std::size_t i = 0; i < count; ++i)
    deliveries.emplace_back(tools::sms_events({.id = "0C" + std::to_string(10000 + i)}).front(),
                            schedule);
  return deliveries;
}

struct RejectingWebhook : Webhook {
  RejectingWebhook()
      : Webhook([](const TemporaryFolder& its) { return ask_for_signatures(its, kWrong); }) {}

  tools::Route signed_route() const {
    tools::Route route = this->route(Form::post);
    route.signing = signed_by();
    return route;
  }
  void put_right() const { write_secrets(secrets_path(folder()), std::string(kSecret) + "\n"); }

  // So many messages, each of which is delivered once and rejected.
  std::vector<Delivery> reject(std::size_t count) const {
    auto deliveries = deliveries_of(count, kOnce);
    tools::deliver(deliveries, signed_route());
    return deliveries;
  }

  // What the log has on the disk by now, torn or whole.
  std::string log_text() const {
    std::string text;
    for (const auto& entry : std::filesystem::directory_iterator(folder().path() + "/log"))
      if (entry.path().extension() == ".jsonl") text += read_file(entry.path());
    return text;
  }
  std::size_t lines() const {
    const std::string text = log_text();
    return std::size_t(std::count(text.begin(), text.end(), '\n'));
  }

  // Does not wait for its end.
  std::unique_ptr<ChildProcess> replay(const std::string& name = "replay") const {
    Environment environment = settings();
    environment["INBOUND_SMS_LOG"] = folder().path() + "/log/%Y-%m-%d.jsonl";
    return std::make_unique<ChildProcess>(
        std::vector<std::string>{program("inbound-sms"), "replay"}, environment,
        folder().path() + "/" + name + ".out");
  }
};

void check_logged_once(const std::vector<Delivery>& deliveries, const Webhook& webhook) {
  std::map<std::string, int> once;
  for (const Delivery& delivery : deliveries) once[delivery.event().id] = 1;
  BOOST_TEST((webhook.logged() == once));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_AUTO_TEST_CASE(what_vonage_repeats_meanwhile_is_logged_once) {
  const RejectingWebhook webhook;
  Sending sending(deliveries_of(500, kSoon), webhook.signed_route());
  BOOST_TEST(wait_until([&] { return sending.failed() >= 1000; }));
  webhook.put_right();
  const auto replay = webhook.replay();
  BOOST_TEST(replay->wait() == 0, replay->output());
  check_taken_and_logged_once(sending.wait(), webhook);
}

BOOST_AUTO_TEST_CASE(two_at_once_store_each_message_once) {
  const RejectingWebhook webhook;
  const auto deliveries = webhook.reject(1500);
  webhook.put_right();
  const auto one = webhook.replay("one"), other = webhook.replay("other");
  BOOST_TEST(one->wait() == 0, one->output());
  BOOST_TEST(other->wait() == 0, other->output());
  check_logged_once(deliveries, webhook);
}

BOOST_AUTO_TEST_CASE(one_that_is_killed_in_the_middle_is_finished_by_the_next) {
  constexpr std::size_t kMessages = 1000;
  int in_the_middle = 0;
  // It may be through before it is killed: then it is tried more often.
  const int most = 20 * rounds();
  for (int round = 0; round < (in_the_middle > 0 ? rounds() : most); ++round) {
    const RejectingWebhook webhook;
    const auto deliveries = webhook.reject(kMessages);
    webhook.put_right();
    const auto killed = webhook.replay("killed");
    while (webhook.log_text().empty() && killed->running()) continue;
    killed->signal(SIGKILL);
    killed->wait();
    in_the_middle += webhook.lines() < kMessages ? 1 : 0;
    const auto next = webhook.replay("next");
    BOOST_TEST(next->wait() == 0, next->output());
    check_logged_once(deliveries, webhook);
  }
  BOOST_TEST(in_the_middle > 0);
}

BOOST_AUTO_TEST_SUITE_END()
