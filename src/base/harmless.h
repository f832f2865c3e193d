#pragma once

#include <string>
#include <string_view>

namespace inbound_sms {

// `text` as it can be written to any terminal and into any line: UTF-8, in which every character
// that moves the cursor, starts an escape sequence, breaks the line or turns the direction of the
// text stands as \n, \x1b or \u202e. Everything else is unchanged.
std::string harmless(std::string_view text);

// The same for JSON on one line, which means afterwards what it meant before: such a character
// stands as \u001b or \u202e.
std::string harmless_json(std::string_view json);

}  // namespace inbound_sms
