#pragma once

#include <string>
#include <vector>

namespace inbound_sms::tools {

// `inbound-sms replay`: sends what stands in the rejected log through the receiver again. See
// command.h.
int replay_command(const std::vector<std::string>& arguments);

}  // namespace inbound_sms::tools
