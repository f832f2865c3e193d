#pragma once

#include <string>
#include <vector>

namespace inbound_sms::tools {

// `inbound-sms repair`: keeps the sound lines of a file and moves the rest aside. See command.h.
int repair_command(const std::vector<std::string>& arguments);

}  // namespace inbound_sms::tools
