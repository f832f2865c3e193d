#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "log/line.h"
#include "log/log_pattern.h"
#include "log/record.h"
#include "log/scan.h"
#include "log/seen_keys.h"

namespace inbound_sms::log {

// How a line carries the key of its record.
using KeyOf = std::optional<Key> (*)(std::string_view body);

// How repeats are recognised.
enum class Recall {
  memory,  // every key in the window is kept in memory: for a process that serves many requests
  search,  // nothing is kept: the files are searched for the keys of each batch
};

// What a log holds already, as far as repeats are concerned. Derived from the log's files and
// nothing else: keys in memory, and for each file up to where it has been read. Only lines whose
// crc is right count: what is damaged has to come again. Not thread-safe.
class Past {
 public:
  Past(KeyOf key_of, std::chrono::microseconds remember, Recall recall)
      : key_of_(key_of), remember_(remember), recall_(recall) {}

  // Where nothing is kept: forgets what was found, and says for which records the files of the
  // window are to be searched from now on.
  void look_for(std::span<const Record> batch);

  // Reads what the file holds up to `limit` beyond what was read before; or searches all of that
  // for the records of look_for().
  Status catch_up(const File& file, FileId id, std::uint64_t limit, Time now);

  // Adds what was just stored itself: the file's records up to `end`, whose last line has
  // `digits`.
  void add(std::span<const Record* const> stored, FileId id, std::uint64_t end,
           const CrcDigits& digits, Time now);

  // Everything, to be read again: where the log is not what it was, or memory ran out.
  void forget();

  // True where what came before `end` is too old to be read.
  bool passes_over(Time end, Time now);

  // False where the clock was set back so far that the window holds what was passed over, or was
  // forgotten because it was too old: a process that starts now knows more.
  bool reaches_back(Time now) const;

  // To be called with all files of the log: where one that was read is gone or has become
  // shorter, or the window reaches farther back than what is known, everything is forgotten, to be
  // read again. The log is the only truth.
  void check_against(const std::vector<LogFile>& files, Time now);

  bool holds(const Key& key, Time now) const { return keys_.contains(key, now, remember_); }

 private:
  // How far a file was read: the digits show whether it is still the same file, since the
  // number of an inode is used again.
  struct Position {
    std::uint64_t offset = 0;
    std::optional<CrcDigits> digits = "";
  };

  struct Wanted {
    Key key;
    std::string end;  // what the body of every line with this key ends in
  };

  Result<Position> start_in(const File& file, FileId id) const;
  Status search(const File& file, std::uint64_t limit, Time forget_before);
  void take(const LineParts& line, Time forget_before);
  Time forget_before(Time now) const;

  KeyOf key_of_;
  std::chrono::microseconds remember_;
  Recall recall_;
  std::vector<Wanted> wanted_;  // what is searched for
  SeenKeys keys_;
  std::map<std::uint64_t, Position> positions_;  // by inode
  Time passed_over_ = Time::min();
};

}  // namespace inbound_sms::log
