#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for every text that may be JSON, or Violated is thrown: see the .cpp.
void check_json(std::string_view text);

}  // namespace inbound_sms::properties
