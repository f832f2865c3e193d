#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inbound_sms::log {

// The end of every line: `,"crc":"xxxxxxxx"}`, 18 bytes, then a newline.
inline constexpr std::size_t kCrcLength = 18;
inline constexpr std::string_view kBeforeCrc = ",\"crc\":\"";  // what its digits stand behind

// The eight hex digits that chain a line to the one before it; empty at the start of a file.
using CrcDigits = std::string;

// CRC-32 (that of zlib) over the previous line's digits and then this line's body.
CrcDigits chain_crc(std::string_view previous, std::string_view body);

// Appends the record's line, its newline included, and returns its digits.
CrcDigits append_line(std::string& out, std::string_view previous, std::string_view body);

// A line (without its newline) taken apart; nothing where it does not end as a line must.
struct LineParts {
  std::string_view body;
  std::string_view digits;
};
std::optional<LineParts> take_apart(std::string_view line);

}  // namespace inbound_sms::log
