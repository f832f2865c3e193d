#pragma once

#include <cstdint>
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

// The whole lines within the first `size` bytes of a file whose bodies end in `end`, in no order.
// The file is searched for that text and nothing of it is parsed; a large one is searched by two
// threads. What is found may be damaged: the crc tells.
Result<std::vector<FoundLine>> find_lines(const File& file, std::uint64_t size,
                                          std::string_view end);

}  // namespace inbound_sms::log
