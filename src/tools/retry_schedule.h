#pragma once

#include <chrono>
#include <cstddef>

#include "vonage/kind.h"

namespace inbound_sms::tools {

// How Vonage repeats what was not taken. No two of its documents agree; these are the two ways
// that they describe. Each event is repeated on its own.
struct RetrySchedule {
  // From the end of the first attempt to the first repeat. Each wait after that is twice the one
  // before, up to `longest`.
  std::chrono::microseconds first;
  std::chrono::microseconds longest;
  // No repeat begins later than this after the first attempt: then the event is given up.
  std::chrono::microseconds end;

  bool operator==(const RetrySchedule&) const = default;
};

// The older way: every minute for 24 hours, a delivery receipt for 72.
RetrySchedule every_minute(vonage::Kind kind);

// The newer way: after 5, 10, 20 ... seconds, then every 15 minutes, for 24 hours.
RetrySchedule doubling();

// The same in a fraction of the time: everything `factor` times as fast.
RetrySchedule faster(const RetrySchedule& schedule, int factor);

// From the end of an attempt to the next one, which is the `repeat`-th (1, 2, ...) repeat.
std::chrono::microseconds wait_before(const RetrySchedule& schedule, std::size_t repeat);

}  // namespace inbound_sms::tools
