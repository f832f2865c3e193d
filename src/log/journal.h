#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/line_limit.h"
#include "base/report.h"
#include "log/committer.h"
#include "log/disk.h"
#include "log/log_pattern.h"
#include "log/open_log.h"
#include "log/past.h"
#include "log/record.h"

namespace inbound_sms::log {

struct JournalOptions {
  LogPattern pattern;
  KeyOf key_of = message_key;
  std::chrono::microseconds remember = std::chrono::hours(96);
  Recall recall = Recall::memory;
  // All files of the log together, in bytes; what would go beyond it fails.
  std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
  // Goes behind the words for the administrator where something may not be opened (EACCES).
  std::string if_denied = {};
};

// The embedded store: JSON Lines files in a folder, any number of processes at once, each
// message on them exactly once (doc/log-format.md).
//
// One commit is: take the folder's lock; bring the log into order if whoever wrote last could
// not; read what others appended; search for repeats; write; fdatasync; say so in `.synced`;
// give the lock back. Only then may anything of it be answered. A write or sync that fails takes
// back what was written, and everything of the batch that was to be stored has failed. Nothing is
// ever tried twice: the sender repeats, and the next commit begins with the disk as it then is.
//
// Where no record of a batch asks for it (Durability), the fdatasync is left out. `.synced` then
// counts bytes that a power cut may take, and after one it is of another boot and is not believed.
//
// Used by one thread at a time. The disk and the clock must outlive it.
class Journal {
 public:
  Journal(JournalOptions options, Disk& disk, const Clock& clock, Report report);

  // A Store. One outcome for each record, in their order. An empty batch opens the log and reads
  // the window, so that the first message need not wait for it.
  std::vector<Outcome> commit(std::span<const Record> batch);

 private:
  // What a batch adds to the log, and what becomes of its records if that succeeds.
  struct Plan {
    std::vector<Outcome> outcomes;
    std::vector<const Record*> stored;
    std::string lines;
    CrcDigits digits;   // of the last line
    bool sync = false;  // one of them is to be on stable storage
  };

  Status try_commit(std::span<const Record> batch, std::vector<Outcome>& outcomes);
  Status commit_locked(std::span<const Record> batch, std::vector<Outcome>& outcomes);
  Result<std::unique_ptr<Lock>> lock_folder();
  Status ready(Time now);
  Result<bool> follow_others(Time now);
  Status reopen(Time now);
  Status open_anew(Time now);
  Status read_past(const std::vector<LogFile>& others, const OpenLog& opened, Time now);
  Plan plan_for(std::span<const Record> batch, Time now) const;
  Status append(const Plan& plan);
  Status write_and_sync(const Plan& plan);
  Status mark_synced(const Plan& plan);
  void say_how_it_went(const Status& done);

  const JournalOptions options_;
  Disk& disk_;
  const Clock& clock_;
  const Report report_;

  Past past_;
  std::optional<SyncedMark>
      known_;                      // the last mark that was written or read, whatever failed since
  std::optional<OpenLog> log_;     // none: the next commit has to bring things into order
  std::uint64_t other_bytes_ = 0;  // of all files but the one that is open
  LineLimit trouble_lines_;        // that the log cannot be written, and can be again
  LineLimit file_lines_;           // what was found in its files and done about it
  std::string complaint_;          // what was last said to be wrong; empty: nothing is
  std::set<std::string> said_;     // about the files, since they could last be opened
};

}  // namespace inbound_sms::log
