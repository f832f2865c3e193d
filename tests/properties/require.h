#pragma once

#include <stdexcept>
#include <string>

namespace inbound_sms::properties {

// Ends the check of a property: it does not hold for this input. A fuzzer stops at the exception
// and keeps the input; a test case fails with these words.
struct Violated : std::logic_error {
  using std::logic_error::logic_error;
};

inline void require(bool holds, const char* property) {
  if (!holds) throw Violated(property);
}

}  // namespace inbound_sms::properties
