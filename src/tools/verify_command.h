#pragma once

#include <string>
#include <vector>

namespace inbound_sms::tools {

// `inbound-sms verify`: reports damaged, missing, swapped and torn lines. See command.h.
int verify_command(const std::vector<std::string>& arguments);

}  // namespace inbound_sms::tools
