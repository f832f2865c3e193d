#include "log/scan.h"

#include <algorithm>
#include <string>
#include <utility>

namespace inbound_sms::log {

namespace {

constexpr std::size_t kChunk = 256 * 1024;  // bytes read at once

}  // namespace

Result<std::uint64_t> scan_lines(const File& file, std::uint64_t from, std::uint64_t to,
                                 const std::function<void(const ScannedLine&)>& visit) {
  std::string pending;  // the start of a line whose end has not been read
  std::uint64_t read_to = from, line_end = from, dropped = 0;
  while (read_to < to) {
    const Result<std::string> chunk =
        file.read_at(read_to, std::size_t(std::min<std::uint64_t>(kChunk, to - read_to)));
    if (!chunk) return chunk.error();
    if (chunk->empty()) break;
    const std::size_t searched = pending.size();
    pending += *chunk;
    read_to += chunk->size();
    std::size_t begin = 0, newline = pending.find('\n', searched);
    for (; newline != std::string::npos; newline = pending.find('\n', begin)) {
      const std::string_view text = std::string_view(pending).substr(begin, newline - begin);
      const std::uint64_t line_begin = line_end;
      line_end += std::exchange(dropped, 0) + text.size() + 1;
      visit({text, line_begin, line_end});
      begin = newline + 1;
    }
    pending.erase(0, begin);
    if (pending.size() <= kLongestLine) continue;
    dropped += pending.size();
    pending.clear();
  }
  return line_end;
}

std::optional<LineParts> ChainCheck::next(std::string_view line) {
  const std::optional<CrcDigits> before = std::exchange(previous_, std::nullopt);
  const std::optional<LineParts> parts = take_apart(line);
  if (!parts) return std::nullopt;
  previous_ = CrcDigits(parts->digits);
  if (!before || chain_crc(*before, parts->body) != parts->digits) return std::nullopt;
  return parts;
}

Result<std::optional<CrcDigits>> digits_before(const File& file, std::uint64_t offset) {
  if (offset == 0) return std::optional<CrcDigits>("");
  if (offset < kCrcLength + 1) return std::optional<CrcDigits>();
  const Result<std::string> end = file.read_at(offset - kCrcLength - 1, kCrcLength + 1);
  if (!end) return end.error();
  const std::optional<LineParts> parts =
      end->ends_with('\n') ? take_apart(std::string_view(*end).substr(0, kCrcLength))
                           : std::nullopt;
  if (!parts || end->size() != kCrcLength + 1) return std::optional<CrcDigits>();
  return std::optional<CrcDigits>(parts->digits);
}

}  // namespace inbound_sms::log
