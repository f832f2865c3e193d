#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for every query and form, or Violated is thrown: see the .cpp.
void check_form(std::string_view text);

}  // namespace inbound_sms::properties
