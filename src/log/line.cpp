#include "log/line.h"

#include <zlib.h>

#include <algorithm>

namespace inbound_sms::log {

namespace {

constexpr std::string_view kAfter = "\"}";
constexpr std::size_t kDigits = 8;
static_assert(kBeforeCrc.size() + kDigits + kAfter.size() == kCrcLength);

const Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

CrcDigits chain_crc(std::string_view previous, std::string_view body) {
  uLong crc = crc32_z(0, bytes_of(previous), previous.size());
  crc = crc32_z(crc, bytes_of(body), body.size());
  CrcDigits digits(kDigits, '0');
  for (std::size_t i = 0; i < kDigits; ++i)
    digits[i] = "0123456789abcdef"[crc >> (28 - 4 * i) & 15];
  return digits;
}

CrcDigits append_line(std::string& out, std::string_view previous, std::string_view body) {
  CrcDigits digits = chain_crc(previous, body);
  out += body;
  out += kBeforeCrc;
  out += digits;
  out += kAfter;
  out += '\n';
  return digits;
}

std::optional<LineParts> take_apart(std::string_view line) {
  if (line.size() < kCrcLength || !line.ends_with(kAfter)) return std::nullopt;
  const std::string_view body = line.substr(0, line.size() - kCrcLength);
  const std::string_view digits = line.substr(body.size() + kBeforeCrc.size(), kDigits);
  if (line.substr(body.size(), kBeforeCrc.size()) != kBeforeCrc) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_hex)) return std::nullopt;
  return LineParts{body, digits};
}

}  // namespace inbound_sms::log
