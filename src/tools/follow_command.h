#pragma once

#include <string>
#include <vector>

namespace inbound_sms::tools {

// `inbound-sms follow`: shows messages as they arrive. See command.h.
int follow_command(const std::vector<std::string>& arguments);

}  // namespace inbound_sms::tools
