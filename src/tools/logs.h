#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/log_pattern.h"

namespace inbound_sms::tools {

// The logs that a command is about: the one that was given with --log, else those of the settings:
// first that of the messages, then that of the rejected requests. The Error's number is the exit
// code: EX_USAGE (64) or EX_CONFIG (78).
Result<std::vector<log::LogPattern>> logs_for(std::string_view command,
                                              const std::optional<std::string>& given);

// The path as the patterns of logs have it: absolute, without "." and "..".
std::string absolute_path(const std::string& path);

// The log to which the file belongs; null where it is none of them.
const log::LogPattern* log_of(const std::vector<log::LogPattern>& logs, const std::string& path);

}  // namespace inbound_sms::tools
