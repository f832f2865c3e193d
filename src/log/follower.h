#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/disk.h"
#include "log/log_pattern.h"

namespace inbound_sms::log {

// Reads a log as it grows, without its lock: whole lines, in order, each once, across the change
// of file and renames. It stops at the synced length (in a file that `.synced` does not name, at
// the last whole line), so no line that it has given is ever taken back. Not thread-safe.
class Follower {
 public:
  // `disk` must outlive it. Begins at the start of the oldest file.
  Follower(Disk& disk, LogPattern pattern) : disk_(disk), pattern_(std::move(pattern)) {}

  // Lines that came since the last call, without their newlines, of one file at a time; empty
  // when there is nothing new.
  Result<std::vector<std::string>> next();

  // Passes over what is there now but for the last `keep_lines` lines, which next() then gives.
  Status skip_to_end(std::size_t keep_lines);

 private:
  // Behind `offset` bytes of this file; all files before it are read.
  struct Position {
    std::string base;
    FileId id;
    std::uint64_t offset = 0;
    std::string first = {};  // the file's first line, to know it again: inodes are used again
  };

  Result<std::vector<LogFile>> readable_files() const;
  Result<bool> read_on(const LogFile& file,
                       const std::function<void(std::string_view line)>& visit);

  Disk& disk_;
  LogPattern pattern_;
  Position position_;
  std::vector<std::string> kept_;  // what skip_to_end() left for next()
};

}  // namespace inbound_sms::log
