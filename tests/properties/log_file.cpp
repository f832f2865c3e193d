#include "properties/log_file.h"

#include <zlib.h>

#include <cstdio>

#include "properties/independent.h"

namespace inbound_sms::properties {

namespace {

constexpr std::string_view kBefore = ",\"crc\":\"";
constexpr std::string_view kBehind = "\"}";
constexpr std::string_view kUnknown = ",\"crc\":\"xxxxxxxx\"}";

Line line_of(std::string_view text, const std::optional<std::string>& before) {
  Line line{std::string(text), {}, {}, false};
  if (text.size() < kUnknown.size() || !text.ends_with(kBehind)) return line;
  const std::string_view end = text.substr(text.size() - kUnknown.size());
  const std::string_view digits = end.substr(kBefore.size(), 8);
  if (!end.starts_with(kBefore) || digits.find_first_not_of("0123456789abcdef") != digits.npos)
    return line;
  line.digits = digits;
  line.body = text.substr(0, text.size() - end.size());
  line.sound = before && crc_digits(*before, line.body) == digits;
  return line;
}

}  // namespace

LogFileContent read_naively(std::string_view bytes) {
  LogFileContent content;
  std::vector<std::string_view> lines = split(bytes, '\n');
  content.rest = lines.back();
  lines.pop_back();
  std::optional<std::string> before = "";
  for (const std::string_view text : lines) {
    content.lines.push_back(line_of(text, before));
    before = content.lines.back().digits;
  }
  return content;
}

std::string crc_digits(std::string_view before, std::string_view body) {
  const std::string bytes = std::string(before).append(body);
  const uLong crc =
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08lx", crc);
  return digits;
}

std::string with_right_crcs(std::string_view text) {
  std::string bytes;
  std::string before;
  for (const std::string_view part : split(text, '\n')) {
    std::string line(part);
    if (line.ends_with(kUnknown)) {
      const std::string body = line.substr(0, line.size() - kUnknown.size());
      line = body + std::string(kBefore) + crc_digits(before, body) + std::string(kBehind);
    }
    before = line_of(line, std::nullopt).digits.value_or("");
    bytes += line + '\n';
  }
  bytes.pop_back();
  return bytes;
}

}  // namespace inbound_sms::properties
