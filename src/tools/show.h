#pragma once

#include <string>
#include <string_view>

namespace inbound_sms::tools {

enum class Colour : bool { off, on };

// One line of the log (without its newline; doc/log-format.md) as one line for a person, without
// a newline:
//
//   2026-11-24 07:30:12  447700900002 -> 447700900001  [part 2/3] and so on
//
// The time is that of `received`, UTC. A marker in brackets says what is not a plain SMS. A line
// that is no record of a message is shown as it stands. Pure; whatever the line holds, the result
// is harmless.
std::string show(std::string_view line, Colour colour);

}  // namespace inbound_sms::tools
