#include "tools/retry_schedule.h"

#include <algorithm>

namespace inbound_sms::tools {

using namespace std::chrono_literals;

RetrySchedule every_minute(vonage::Kind kind) {
  return {1min, 1min, kind == vonage::Kind::delivery_receipt ? 72h : 24h};
}

RetrySchedule doubling() {
  return {5s, 15min, 24h};
}

RetrySchedule faster(const RetrySchedule& schedule, int factor) {
  return {schedule.first / factor, schedule.longest / factor, schedule.end / factor};
}

std::chrono::microseconds wait_before(const RetrySchedule& schedule, std::size_t repeat) {
  std::chrono::microseconds wait = schedule.first;
  for (std::size_t i = 1; i < repeat && wait < schedule.longest; ++i) wait *= 2;
  return std::min(wait, schedule.longest);
}

}  // namespace inbound_sms::tools
