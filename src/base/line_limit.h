#pragma once

#include <chrono>

namespace inbound_sms {

// Ten lines a minute for one speaker, so that trouble which comes and goes with every message
// cannot fill the administrator's log. For one thread.
class LineLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // True when one more line may be said now, which then counts.
  bool allows(Clock::time_point now = Clock::now()) {
    if (now - minute_ >= std::chrono::minutes(1)) {
      minute_ = now;
      said_ = 0;
    }
    if (said_ == kMost) return false;
    ++said_;
    return true;
  }

 private:
  static constexpr int kMost = 10;

  Clock::time_point minute_;  // when the present one began
  int said_ = 0;
};

}  // namespace inbound_sms
