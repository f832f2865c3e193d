#pragma once

#include <functional>
#include <string_view>

namespace inbound_sms {

// Where one line for the administrator goes: what happened, in a sentence. Any thread may call
// one; it must not throw and must not block on the request path.
using Report = std::function<void(std::string_view line)>;

// Writes "inbound-sms: LINE\n" to stderr in one write(2), so that lines of several threads and
// processes do not mix. It is made harmless(): what a peer sent cannot forge a line, nor steer the
// terminal of who reads it. A line is dropped when stderr takes nothing now: a pipe that nobody
// reads must not hold up a message, or the lock under which the log is written.
void report_to_stderr(std::string_view line);

}  // namespace inbound_sms
