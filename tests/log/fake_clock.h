#pragma once

#include "base/clock.h"

namespace inbound_sms::log {

// A clock that stands still until a test moves it.
struct FakeClock final : Clock {
  Time time = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(12);

  Time now() const override { return time; }
};

}  // namespace inbound_sms::log
