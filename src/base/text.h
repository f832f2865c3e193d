#pragma once

#include <string>
#include <string_view>

namespace inbound_sms {

// Appends `text` as a JSON string with its quotes. Only `"`, `\` and the characters below 0x20
// are escaped (`\" \\ \b \f \n \r \t`, else `\u00xx` in lower-case hex); everything else stands
// as it is, so `text` must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

// The same without the quotes: the bytes that stand between them.
void append_json_escaped(std::string& out, std::string_view text);

// True when `bytes` are well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, nothing overlong).
bool is_utf8(std::string_view bytes);

// `bytes` with each maximal invalid sequence (Unicode 15, 3.9, "maximal subpart") replaced by
// one U+FFFD. Well-formed input comes back unchanged.
std::string to_utf8(std::string_view bytes);

// A to Z as a to z, every other byte as it is.
std::string to_lower_case(std::string_view text);

}  // namespace inbound_sms
