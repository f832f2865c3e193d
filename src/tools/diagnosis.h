#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/disk.h"

namespace inbound_sms::tools {

// What a line with a finding is still good for. "Proven" is by CRC-32: of damages by chance one in
// 2^32 passes, and it proves nothing against somebody who wants to forge a line.
enum class Worth : std::uint8_t {
  sound,     // its message is proven to be as it was written: its crc or its place is wrong
  unproven,  // a whole record, but nothing shows whether it is as it was written
  lost,      // damaged, or on the log already
};

// What is wrong with one line.
struct Finding {
  std::uint64_t line = 0;  // the first is 1
  std::string text;        // for a person: "swapped with line 7"
  Worth worth = Worth::lost;
};

// What a file of a log shows of itself (doc/log-format.md).
struct Diagnosis {
  std::uint64_t size = 0;         // bytes that were looked at
  std::uint64_t lines = 0;        // whole ones
  std::uint64_t end = 0;          // offset behind the last whole one
  std::vector<Finding> findings;  // by line, at most one for each
};

// Looks at the first `size` bytes of the file. Every changed, missing, swapped, repeated or torn
// line is found, save lines that are missing at the end. What follows from one damage alone is no
// finding of its own: of two swapped lines the two are named, not those behind them, too; and a
// changed crc is told by the line behind it, which still follows from the right one.
//
// Of equal lines all but one are named, where the file has any other finding or they stand behind
// one: which of them stays is the one that is proven best.
//
// Takes 12 bytes of memory a line, up to 32 more a line where something is found, and
// kLongestLine twice.
Result<Diagnosis> diagnose(const log::File& file, std::uint64_t size);

}  // namespace inbound_sms::tools
