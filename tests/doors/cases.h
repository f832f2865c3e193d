#pragma once

#include <string>
#include <vector>

#include "doors/door.h"

namespace inbound_sms::testing {

// What must hold behind every door. Cases share one door, run in any order, and each may be run
// alone: a case looks only at what was logged since it began.
struct Case {
  std::string name;
  void (*run)(const Door& door);
};

// Messages in each form that are stored, whole and once.
const std::vector<Case>& delivery_cases();
// Requests that are answered otherwise, and those that no message is in.
const std::vector<Case>& answer_cases();
// What is taken and what is not by a handler that asks for signatures, as signed_by() makes them.
const std::vector<Case>& signed_cases();

}  // namespace inbound_sms::testing
