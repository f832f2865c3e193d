#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "log/line.h"

namespace inbound_sms::tools {

// The CRC-32 of the digits behind which a line was written, whatever they were; 0 where it was
// the first of its file. CRC-32 can be computed backwards: there is just one value from which the
// line's body leads to the line's digits.
std::uint32_t origin_of(const log::LineParts& line);

// The lines of one file by their digits, so that one at the wrong place can be told where it
// belongs. 12 bytes a line.
class ChainIndex {
 public:
  // The lines in their order, the first is number 1; also those that have no digits.
  void add(const std::optional<log::LineParts>& line);

  // To be called between the last add() and the first look.
  void close();

  // The line behind which one of this origin was written, the first if there are several; 0 for
  // the start of the file; nothing where it is not in the file.
  std::optional<std::uint64_t> line_with(std::uint32_t origin) const;

 private:
  // The CRC-32 of each line's digits, by number; that of the start of the file is 0, and so is
  // that of a line without digits.
  std::vector<std::uint32_t> links_ = {0};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted_;  // link and number
};

}  // namespace inbound_sms::tools
