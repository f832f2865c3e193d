#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/report.h"

namespace inbound_sms::web {

// The things that peers can make happen as often as they like.
enum class Event : std::size_t {
  malformed,        // a connection closed for what it sent
  hung_up,          // a peer went away in the middle of its request
  slow_request,     // a request that did not become whole in time
  slow_reader,      // an answer that was not taken in time
  no_descriptors,   // a silent connection closed, or nothing accepted for a while
  accept_failed,    // any other error of accept
  exchange_failed,  // a request or response that did not get through libfcgi
};
constexpr std::size_t kEvents = 7;

// Reports each kind of event at most once a minute, with the number of those that were kept
// back, so that a peer cannot fill the administrator's log. For one thread.
class QuietReport {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit QuietReport(Report report) : report_(std::move(report)) {}

  void say(Event event, std::string_view line, Time now) {
    Kind& kind = kinds_[static_cast<std::size_t>(event)];
    if (kind.said && now - kind.last < std::chrono::minutes(1)) {
      ++kind.kept_back;
      return;
    }
    std::string text(line);
    if (kind.kept_back != 0) text += " (and " + std::to_string(kind.kept_back) + " like it before)";
    kind = {true, now, 0};
    report_(text);
  }

 private:
  struct Kind {
    bool said = false;
    Time last;
    std::size_t kept_back = 0;
  };

  Report report_;
  std::array<Kind, kEvents> kinds_;
};

}  // namespace inbound_sms::web
