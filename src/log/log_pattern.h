#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/disk.h"

namespace inbound_sms::log {

// One file of a log, found in its folder.
struct LogFile {
  std::string path;
  std::string base;  // the path as the pattern made it, before anybody renamed the file
  FileId id;
  std::uint64_t size = 0;

  bool renamed() const { return path != base; }
};

// Opens just the file that was listed: ENOENT also where another one has its name by now.
Result<std::unique_ptr<File>> open_listed(Disk& disk, const LogFile& file, Disk::Open how);

// Where what is no sound line of a file is kept since this time: NAME.torn-TIME, which is no file
// of the log.
std::string torn_path(const std::string& path, Time time);

// The names of a log's files: an absolute path with the conversions %Y %m %d %H (UTC), each at
// most once, in this order and without a gap, so that names sort as time does. None: one file.
// Immutable.
class LogPattern {
 public:
  // An Error says what is wrong with the pattern.
  static Result<LogPattern> parse(std::string_view pattern);

  // The log's folder: what stands before the first conversion, up to its last '/'.
  const std::string& folder() const { return folder_; }

  // The file for this time.
  std::string path_at(Time time) const;

  // When the time ends for which a file of this base was begun. Whatever the clock did, what is
  // in the file came before that. Never, where the pattern has no conversion.
  Time end_of(std::string_view base) const;

  // The base of `path` when it is one of the log's files: under its own name or with a suffix,
  // as log rotation adds one. Compressed files and torn lines that were moved aside are none.
  std::optional<std::string> base_of(std::string_view path) const;

  // All files of the log, sorted by base, older ones that were renamed before the one under its own
  // name. A folder that is not there has no files. None is missed because somebody renames it
  // meanwhile; Error EAGAIN where that never ends.
  Result<std::vector<LogFile>> list(const Disk& disk) const;

 private:
  LogPattern(std::string pattern, std::string folder, std::string conversions)
      : pattern_(std::move(pattern)),
        folder_(std::move(folder)),
        conversions_(std::move(conversions)) {}

  Result<std::vector<LogFile>> list_once(const Disk& disk) const;
  bool has_folder(std::string_view path) const;
  Status list_folder(const Disk& disk, const std::string& folder,
                     std::vector<LogFile>& files) const;

  std::string pattern_;
  std::string folder_;
  std::string conversions_;  // "YmdH" or the start of it
};

}  // namespace inbound_sms::log
