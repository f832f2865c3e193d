#pragma once

#include <chrono>
#include <thread>

namespace inbound_sms::testing {

// Only a fault takes as long; a loaded machine does not.
constexpr std::chrono::seconds kHang{60};

// Waits until `condition` holds. False when it never did.
template <class Condition>
bool wait_until(Condition condition, std::chrono::milliseconds bound = kHang) {
  const auto end = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace inbound_sms::testing
