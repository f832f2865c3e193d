#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/remark.h"

namespace inbound_sms::tools {

// What the type of a file system, as statfs(2) gives it, means for the promises of the log. Pure.
Remark judge_file_system(std::uint64_t type);

// What is free: bytes and files (nothing known of files: all ones). Pure.
Remark judge_space(std::uint64_t bytes, std::uint64_t files);

// What the times of some syncs, at least one, mean for the messages a second. Pure.
Remark judge_syncs(std::vector<std::chrono::microseconds> times);

// Looks at the file system on which the folder lies: type, space, and how long a sync takes there,
// for which it writes to a file without a name, two seconds at most.
Remarks check_disk(const std::string& folder);

}  // namespace inbound_sms::tools
