#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/disk.h"
#include "log/line.h"

namespace inbound_sms::log {

// A line that was found by its text.
struct FoundLine {
  std::string text;                 // without its newline
  std::optional<CrcDigits> before;  // of the line before it, as ChainCheck wants them
};

// Says whether a line that was found is one to keep; it may be damaged, the crc tells. Called by
// two threads at once.
using IsWanted = std::function<bool(const FoundLine& line)>;

// The whole lines within the first `size` bytes of a file whose bodies end in `end` and that are
// wanted, in no order. The file is searched for that text and nothing of it is parsed; a large one
// is searched by two threads.
Result<std::vector<FoundLine>> find_lines(const File& file, std::uint64_t size,
                                          std::string_view end, const IsWanted& is_wanted);

}  // namespace inbound_sms::log
