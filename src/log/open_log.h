#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/report.h"
#include "base/result.h"
#include "log/disk.h"
#include "log/line.h"
#include "log/log_pattern.h"
#include "log/synced_mark.h"

namespace inbound_sms::log {

// The file to which a log is appended now. Invariant: all of its `length` bytes are on stable
// storage, they end in a line with `digits` (or are none), and `.synced` names the file with
// just this length.
struct OpenLog {
  std::unique_ptr<File> file;
  std::string path;
  SyncedMark mark;  // as it stands in `.synced`
  CrcDigits digits;

  std::uint64_t length() const { return mark.length; }
  FileId id() const { return mark.id; }
};

// Makes the folder, and those above it that are not there.
Status make_folders(Disk& disk, const std::string& folder);

// Takes back what was written behind `length`, on the disk as well: some of it may be there, and
// after a power cut would mix with what is written in its place. The file stays one byte longer
// until that is done, so that whoever takes the lock after us, if we die here, cuts it again.
Status cut_back(File& file, std::uint64_t length);

// Brings a log's files into a state in which one of them can be appended to, whatever happened
// to them before. Used under the folder's lock only. The rules, by what `.synced` says:
//
//  - It is of this boot, and its file is longer: whoever wrote the rest died before it was
//    synced, or saw the sync fail. It was never acknowledged and is cut off. It must not be
//    synced instead: after a failed sync the kernel may hold lines that are not on disk, and
//    would say that they are. A copy of what was cut last is kept as NAME.torn-unsynced, since
//    `.synced` itself may be older than it says: a file system that failed and was mounted again
//    in the same boot brings back the one that it wrote last.
//  - It is of this boot, and says less than this process knows to be synced: that has happened.
//    It counts as missing.
//  - It is of another boot, or missing, or damaged: what can be read is on the disk. All files
//    are synced once; a torn end is moved aside to NAME.torn-TIME.
//  - It names another file than the one to append to: that one is cut likewise, and is synced
//    (without that the cut might be undone by a power cut), before it is left.
class LogOpener {
 public:
  LogOpener(const LogPattern& pattern, Disk& disk, const Report& report)
      : pattern_(pattern), disk_(disk), report_(report) {}

  // Opens the file for `now`, or the newest one if the clock was set back; makes it, and its
  // folders, where it is not there. `files` becomes all files of the log; `known` is the last
  // mark that this process wrote or read.
  Result<OpenLog> open(Time now, const std::optional<SyncedMark>& known,
                       std::vector<LogFile>& files);

 private:
  // Where the sound lines of a file end.
  struct SoundEnd {
    std::uint64_t offset = 0;
    CrcDigits digits;
  };

  std::string below_folder(const std::string& name) const;
  Status settle(const SyncedMark& mark, const LogFile& file);
  Status sync_all(const std::vector<LogFile>& files);
  Result<OpenLog> reopen(const SyncedMark& mark, const LogFile& file, Time now);
  Result<OpenLog> adopt(const LogFile& file, Time now);
  Status heal_left(const LogFile& file, Time now);
  Result<SoundEnd> heal(File& file, const LogFile& named, Time now);
  Result<SoundEnd> find_sound_end(const File& file, const LogFile& named);
  Result<std::string> copy_tail(const File& file, const std::string& path, std::uint64_t from);
  Status move_tail_aside(File& file, const LogFile& named, std::uint64_t from, Time now);
  Result<OpenLog> begin(const std::string& path);
  Status sync_folders(const std::string& path);
  Result<OpenLog> opened(std::unique_ptr<File> file, const std::string& path, FileId id,
                         SoundEnd end);

  const LogPattern& pattern_;
  Disk& disk_;
  const Report& report_;
};

}  // namespace inbound_sms::log
