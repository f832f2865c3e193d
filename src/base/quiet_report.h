#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/report.h"

namespace inbound_sms {

// Reports each kind of event at most once a minute, with the number of those that were kept
// back, so that a peer cannot fill the administrator's log. For one thread.
class QuietReport {
 public:
  using Clock = std::chrono::steady_clock;

  explicit QuietReport(Report report) : report_(std::move(report)) {}

  // `event` names the kind: one of a few literals, never what a peer sent.
  void say(std::string_view event, std::string line, Clock::time_point now = Clock::now()) {
    const auto [kind, first] = kinds_.try_emplace(event);
    auto& [last, kept_back] = kind->second;
    if (!first && now - last < std::chrono::minutes(1)) {
      ++kept_back;
      return;
    }
    if (kept_back != 0) line += " (and " + std::to_string(kept_back) + " like it before)";
    kind->second = {now, 0};
    report_(line);
  }

 private:
  struct Kind {
    Clock::time_point last;
    std::size_t kept_back = 0;
  };

  Report report_;
  std::map<std::string_view, Kind> kinds_;
};

}  // namespace inbound_sms
