#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/handler.h"
#include "support/nginx.h"
#include "support/temporary_folder.h"
#include "tools/deliver.h"

namespace inbound_sms::testing {

// Repeats soon. Only a fault takes so long that a message is given up.
constexpr tools::RetrySchedule kSoon{std::chrono::milliseconds(50), std::chrono::milliseconds(50),
                                     std::chrono::minutes(5)};

// What Vonage delivers to: the handler behind nginx. A test can take the handler away and bring
// it back.
class Webhook {
 public:
  // `wrapper` is a command that runs the handler, with these settings.
  explicit Webhook(const std::vector<std::string>& wrapper = {}, const Environment& settings = {});
  // With settings that speak of files in the webhook's folder.
  explicit Webhook(const std::function<Environment(const TemporaryFolder&)>& settings_in);

  tools::Route route(tools::Form form = tools::Form::get) const;
  void take_away() { handler_.reset(); }
  void bring_back() { handler_.emplace(folder_, settings_); }

  const TemporaryFolder& folder() const { return folder_; }
  const Environment& settings() const { return settings_; }
  std::string words() const { return handler_->words(); }  // stderr

  std::vector<rapidjson::Document> log() const;
  // How often the log has the message with this id.
  std::map<std::string, int> logged() const;
  // How many deliveries the handler knew for repeats.
  int repeats() const;

 private:
  void open(const std::vector<std::string>& wrapper);

  TemporaryFolder folder_;
  Environment settings_;
  std::optional<Handler> handler_;
  std::optional<Nginx> nginx_;
};

// Checks that each of them was taken, and that the log has each once and nothing else.
void check_taken_and_logged_once(const std::vector<tools::Delivery>& deliveries,
                                 const Webhook& webhook);

// One of each kind: a plain SMS, the parts of a long one, a receipt, one of the Messages API. The
// ids begin with `id`.
std::vector<tools::Event> events_of_all_kinds(const std::string& id);

}  // namespace inbound_sms::testing
