#pragma once

#include <string>
#include <vector>

namespace inbound_sms::tools {

// `inbound-sms check`: looks at a deployment as a doctor would. See command.h.
int check_command(const std::vector<std::string>& arguments);

}  // namespace inbound_sms::tools
