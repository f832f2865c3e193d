#pragma once

#include <cstdlib>
#include <string>

namespace inbound_sms::testing {

// How often a test that looks for rare faults is to try: ROUNDS of the environment, which
// `make test-long` sets, else 5.
inline int rounds() {
  const char* const given = std::getenv("ROUNDS");
  return given == nullptr ? 5 : std::stoi(given);
}

}  // namespace inbound_sms::testing
