#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace inbound_sms::tools {

// The log's whole lines since the last call, in order; none when there is nothing new.
using NextLines = std::function<Result<std::vector<std::string>>()>;

// What one line of the log becomes on the output, without a newline.
using Format = std::function<std::string(const std::string& line)>;

// SIGINT and SIGTERM end follow() instead of the process, and a reader who goes away is an error
// of a write instead of a signal. For the whole process; called once, before follow().
void end_on_signals();

// Writes every line of `next` to the descriptor `out`, each with one write(2) as far as the
// kernel takes it, until SIGINT or SIGTERM, or until nobody reads `out` any more (which is noticed
// while it waits, too): those are the good ends. An Error is one of `next` or of a write.
Status follow(const NextLines& next, const Format& format, int out);

}  // namespace inbound_sms::tools
