#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace inbound_sms::testing {

// The processes whose program lies in this folder, or somewhere below it.
std::vector<pid_t> processes_in(const std::string& folder);

// Those, and all that were told of something in this folder: "PID COMMAND" of each.
std::vector<std::string> processes_about(const std::string& folder);

}  // namespace inbound_sms::testing
