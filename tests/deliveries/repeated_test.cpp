#include <algorithm>
#include <barrier>
#include <boost/test/unit_test.hpp>
#include <future>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "deliveries/webhook.h"
#include "support/json.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using tools::Delivery;
using tools::Event;
using tools::Form;

// What Vonage delivers more than once although it was taken.

namespace {

// Sends every event when the other thread does. Returns how many got a 204.
int send_in_step(const std::vector<Event>& events, const tools::Route& route,
                 std::barrier<>& step) {
  tools::HttpConnection connection;
  int taken = 0;
  for (const Event& event : events) {
    const auto request = tools::to_request(event, route.form, route.url, system_clock().now());
    step.arrive_and_wait();
    taken += connection.send(request).status == 204 ? 1 : 0;
  }
  return taken;
}

void stores_once_what_comes_twice_at_once(Form form) {
  std::vector<Event> events;
  for (int i = 0; i < 50; ++i)
    events.push_back(tools::sms_events({.id = "0C" + std::to_string(100 + i)}).front());
  Webhook webhook;
  std::barrier step(2);
  const auto send = [&] { return send_in_step(events, webhook.route(form), step); };
  auto other = std::async(std::launch::async, send);
  BOOST_TEST(send() == 50);
  BOOST_TEST(other.get() == 50);
  std::map<std::string, int> once;
  for (const Event& event : events) once[event.id] = 1;
  BOOST_TEST((webhook.logged() == once));
  BOOST_TEST(webhook.repeats() == 50);
}

// No two parts are alike.
std::string long_text(const std::string& word) {
  std::string text;
  for (int i = 0; text.size() < 700; ++i) text += word + std::to_string(i) + ' ';
  return text;
}

// The texts of the concatenated messages on the log, by their senders.
std::map<std::string, std::string> joined(const Webhook& webhook) {
  std::map<std::string, std::map<int, std::string>> parts;
  for (const auto& line : webhook.log()) {
    const auto& message = line["message"];
    parts[string_of(message, "msisdn")][std::stoi(string_of(message, "concat-part"))] +=
        string_of(message, "text");
  }
  std::map<std::string, std::string> texts;
  for (const auto& [sender, its] : parts)
    for (const auto& [number, text] : its) texts[sender] += text;
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repeated)

BOOST_AUTO_TEST_CASE(a_get_on_two_connections_at_the_same_instant_is_logged_once) {
  stores_once_what_comes_twice_at_once(Form::get);
}

BOOST_AUTO_TEST_CASE(a_post_on_two_connections_at_the_same_instant_is_logged_once) {
  stores_once_what_comes_twice_at_once(Form::post);
}

BOOST_AUTO_TEST_CASE(a_post_json_on_two_connections_at_the_same_instant_is_logged_once) {
  stores_once_what_comes_twice_at_once(Form::post_json);
}

// All phones count their messages alike: the parts have the same reference.
BOOST_AUTO_TEST_CASE(parts_that_come_shuffled_and_three_times_are_logged_once_each) {
  std::map<std::string, std::string> texts;
  std::vector<Delivery> deliveries;
  for (int i = 100; i < 120; ++i) {
    const std::string sender = "447700900" + std::to_string(i);
    const std::string id = "0C" + std::to_string(i);
    texts[sender] = long_text(id);
    for (const Event& part : tools::sms_events({.from = sender, .id = id, .text = texts[sender]}))
      deliveries.insert(deliveries.end(), 3, Delivery(part, kSoon));
  }
  std::shuffle(deliveries.begin(), deliveries.end(), std::mt19937(std::random_device()()));
  Webhook webhook;
  tools::deliver(deliveries, webhook.route());
  check_taken_and_logged_once(deliveries, webhook);
  BOOST_TEST(webhook.repeats() == int(deliveries.size() / 3 * 2));
  BOOST_TEST((joined(webhook) == texts));
}

BOOST_AUTO_TEST_SUITE_END()
