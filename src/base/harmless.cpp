#include "base/harmless.h"

#include <cstdint>
#include <cstdio>

#include "base/text.h"

namespace inbound_sms {

namespace {

// The character that begins at `at`, in well-formed UTF-8, and how many bytes it has.
struct Character {
  std::uint32_t code;
  std::size_t length;
};

Character character_at(std::string_view utf8, std::size_t at) {
  const auto byte = [&](std::size_t i) { return std::uint32_t(std::uint8_t(utf8[at + i])); };
  const auto low = [&](std::size_t i) { return byte(i) & 0x3f; };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xe0) return {(byte(0) & 0x1f) << 6 | low(1), 2};
  if (byte(0) < 0xf0) return {(byte(0) & 0x0f) << 12 | low(1) << 6 | low(2), 3};
  return {(byte(0) & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4};
}

// C0, DEL and C1 (ECMA-48), what breaks a line, and Unicode's controls of direction (UAX 9).
bool is_harmful(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e ||
         code == 0x200f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string number(const char* format, std::uint32_t code) {
  char text[16];
  const int length = std::snprintf(text, sizeof text, format, unsigned(code));
  return {text, std::size_t(length)};
}

std::string escaped(std::uint32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  return number(code < 0x100 ? "\\x%02x" : "\\u%04x", code);
}

// Every harmful character has four digits at most (RFC 8259 section 7).
std::string escaped_in_json(std::uint32_t code) {
  return number("\\u%04x", code);
}

std::string with_escapes(std::string_view text, std::string (*escape)(std::uint32_t code)) {
  const std::string utf8 = to_utf8(text);
  std::string result;
  result.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto [code, length] = character_at(utf8, at);
    if (is_harmful(code))
      result += escape(code);
    else
      result.append(utf8, at, length);
    at += length;
  }
  return result;
}

}  // namespace

std::string harmless(std::string_view text) {
  return with_escapes(text, escaped);
}

std::string harmless_json(std::string_view json) {
  return with_escapes(json, escaped_in_json);
}

}  // namespace inbound_sms
