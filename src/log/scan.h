#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "log/disk.h"
#include "log/line.h"

namespace inbound_sms::log {

// A line of a file that is read in order.
struct ScannedLine {
  std::string_view text;  // without its newline; valid during the call only
  std::uint64_t begin;    // offset of its first byte
  std::uint64_t end;      // offset behind its newline

  bool is_whole() const { return text.size() == end - begin - 1; }
};

// No line of ours is longer: a record takes up to 7.4 times the largest body, which is 2 MiB.
inline constexpr std::size_t kLongestLine = std::size_t{32} * 1024 * 1024;  // bytes

// Calls `visit` for every whole line in [from, to) and returns the offset behind the last one.
// Of a line that is far longer than any of ours, only its end is given: that such a file lies in
// the place of a log must not take all memory.
Result<std::uint64_t> scan_lines(const File& file, std::uint64_t from, std::uint64_t to,
                                 const std::function<void(const ScannedLine&)>& visit);

// Follows the crc from line to line.
class ChainCheck {
 public:
  // `previous`: the digits before the first line; empty at the start of a file, none where the
  // line before has none.
  explicit ChainCheck(std::optional<CrcDigits> previous = "") : previous_(std::move(previous)) {}

  // The parts of the line if it is sound: if it ends as a line must and its crc is right. A line
  // behind one that has no digits cannot be shown to be sound, and is not.
  std::optional<LineParts> next(std::string_view line);

 private:
  std::optional<CrcDigits> previous_;
};

// The digits of the line that ends at `offset`; empty at 0; nothing where no line ends there.
Result<std::optional<CrcDigits>> digits_before(const File& file, std::uint64_t offset);

}  // namespace inbound_sms::log
