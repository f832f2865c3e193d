#include "deliveries/webhook.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "support/json.h"
#include "support/logged.h"

namespace inbound_sms::testing {

namespace {

std::string id_of(const rapidjson::Value& message) {
  return string_of(message, message.HasMember("messageId") ? "messageId" : "message_uuid");
}

}  // namespace

Webhook::Webhook(const std::vector<std::string>& wrapper, const Environment& settings)
    : settings_(settings) {
  open(wrapper);
}

Webhook::Webhook(const std::function<Environment(const TemporaryFolder&)>& settings_in)
    : settings_(settings_in(folder_)) {
  open({});
}

void Webhook::open(const std::vector<std::string>& wrapper) {
  handler_.emplace(folder_, settings_, Listen::unix_socket, wrapper);
  nginx_.emplace(folder_,
                 NginxOptions{.upstream = "server " + handler_->address() + "; keepalive 16;"});
}

tools::Route Webhook::route(tools::Form form) const {
  return {.url = nginx_->url(), .form = form};
}

std::vector<rapidjson::Document> Webhook::log() const {
  return read_log(folder_.path() + "/log");
}

std::map<std::string, int> Webhook::logged() const {
  std::map<std::string, int> times;
  for (const auto& line : log()) ++times[id_of(line["message"])];
  return times;
}

int Webhook::repeats() const {
  int count = 0;
  const std::string words = handler_->words(), repeat = "a repeat, on the log already: ";
  for (std::size_t at = 0; (at = words.find(repeat, at)) != words.npos; at += repeat.size())
    ++count;
  return count;
}

void check_taken_and_logged_once(const std::vector<tools::Delivery>& deliveries,
                                 const Webhook& webhook) {
  std::map<std::string, int> once;
  for (const tools::Delivery& delivery : deliveries) {
    BOOST_CHECK_MESSAGE(delivery.taken(), tools::report_of(delivery));
    once[delivery.event().id] = 1;
  }
  BOOST_TEST((webhook.logged() == once));
}

std::vector<tools::Event> events_of_all_kinds(const std::string& id) {
  const Time sent = system_clock().now();
  auto events = tools::sms_events({.id = id + "A"});
  for (tools::Event& part : tools::sms_events({.id = id + "B", .text = std::string(400, 'x')}))
    events.push_back(std::move(part));
  events.push_back(tools::receipt_event({.id = id + "C"}, sent));
  events.push_back(tools::message_event({.id = id + "D"}, sent));
  return events;
}

}  // namespace inbound_sms::testing
