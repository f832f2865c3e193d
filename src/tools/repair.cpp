#include "tools/repair.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "log/line.h"
#include "log/scan.h"
#include "tools/verify.h"

namespace inbound_sms::tools {

namespace {

constexpr std::size_t kChunk = 1024 * 1024;  // bytes read or written at once

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A file that is written anew, from start to end. After a failure it takes no more, and finish()
// says what it was.
class NewFile {
 public:
  NewFile(log::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  void append(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= kChunk) write();
  }

  // Writes what is left, and syncs it.
  Status finish() {
    write();
    return status_ ? file_->sync() : status_;
  }

  // Gives the room on the disk back, as far as that can be.
  void discard() {
    buffer_.clear();
    if (file_) (void)file_->truncate(0);
  }

  const std::string& path() const { return path_; }
  bool is_empty() const { return offset_ + buffer_.size() == 0; }
  std::uint64_t size() const { return offset_; }
  Result<log::FileInfo> info() const { return file_->info(); }

 private:
  void write() {
    if (status_ && !file_) status_ = open();
    if (status_) status_ = file_->write_at(offset_, buffer_);
    offset_ += buffer_.size();
    buffer_.clear();
  }

  Status open() {
    Result<std::unique_ptr<log::File>> file = disk_.open(path_, log::Disk::Open::create);
    if (!file) return file.error();
    file_ = std::move(*file);
    return file_->truncate(0);
  }

  log::Disk& disk_;
  const std::string path_;
  std::unique_ptr<log::File> file_;
  std::uint64_t offset_ = 0;
  std::string buffer_;  // what is still to be written
  Status status_ = Done{};
};

// Where the last line ends, which may be one that lacks but its newline.
std::uint64_t torn_from(const Diagnosis& diagnosis, const RepairOptions& options) {
  const bool lacks_newline = std::any_of(
      diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
        return finding.line > diagnosis.lines && is_kept(finding, options);
      });
  return lacks_newline ? diagnosis.size : diagnosis.end;
}

// Takes the lines of the old file, and deals them out to the two new ones.
class Sorter {
 public:
  Sorter(const log::File& old, const Diagnosis& diagnosis, const RepairOptions& options,
         NewFile& kept, NewFile& moved)
      : old_(old), kept_(kept), moved_(moved) {
    for (const Finding& finding : diagnosis.findings)
      if (!is_kept(finding, options)) unwanted_.insert(finding.line);
  }

  void take(const log::ScannedLine& line) {
    if (unwanted_.count(++number_) > 0)
      move(line.begin, line.end);  // whole, also where the text is only the end of it
    else
      keep(line.text);
  }

  void keep(std::string_view line) {
    std::string text;
    digits_ = log::append_line(text, digits_, line.substr(0, line.size() - log::kCrcLength));
    kept_.append(text);
  }

  // Moves these bytes of the old file, up to its end at most.
  void move(std::uint64_t from, std::uint64_t to) {
    while (status_ && from < to) {
      const Result<std::string> bytes =
          old_.read_at(from, std::size_t(std::min<std::uint64_t>(kChunk, to - from)));
      if (!bytes) status_ = bytes.error();
      if (!bytes || bytes->empty()) return;
      moved_.append(*bytes);
      from += bytes->size();
    }
  }

  // Whether all of the old file could be read.
  const Status& status() const { return status_; }

 private:
  const log::File& old_;
  NewFile& kept_;
  NewFile& moved_;
  std::set<std::uint64_t> unwanted_;
  std::uint64_t number_ = 0;
  log::CrcDigits digits_;  // of the last line that was kept
  Status status_ = Done{};
};

class Repairer {
 public:
  Repairer(log::Disk& disk, const log::LogPattern& pattern, const std::string& path,
           const log::File& old, log::FileInfo info)
      : disk_(disk), pattern_(pattern), path_(path), old_(old), info_(info) {}

  Status replace(const Diagnosis& diagnosis, const RepairOptions& options,
                 const std::string& aside) {
    NewFile kept(disk_, path_ + ".torn-repair"), moved(disk_, aside);
    Status done = sort(diagnosis, options, kept, moved);
    if (done && !moved.is_empty()) done = moved.finish();
    if (done) done = kept.finish();
    // The names have to be on the disk before the old file goes.
    if (done) done = disk_.sync_folder(folder_of(path_));
    if (done) return put_in_place(kept);
    // The disk may be full: handlers need what room there is.
    kept.discard();
    moved.discard();
    return done;
  }

 private:
  Status sort(const Diagnosis& diagnosis, const RepairOptions& options, NewFile& kept,
              NewFile& moved) {
    Sorter sorter(old_, diagnosis, options, kept, moved);
    const Result<std::uint64_t> end = log::scan_lines(
        old_, 0, diagnosis.end, [&](const log::ScannedLine& line) { sorter.take(line); });
    if (!end) return end.error();
    const std::uint64_t from = torn_from(diagnosis, options);
    if (from > diagnosis.end) {
      const Result<std::string> line =
          old_.read_at(diagnosis.end, std::size_t(from - diagnosis.end));
      if (!line) return line.error();
      sorter.keep(*line);
    }
    sorter.move(from, std::numeric_limits<std::uint64_t>::max());
    return sorter.status();
  }

  // From the rename on handlers find a file that `.synced` does not name, until it does: they read
  // it as a whole, and cut nothing off.
  Status put_in_place(const NewFile& file) {
    Result<std::optional<log::SyncedMark>> mark = mark_of(disk_, pattern_, path_, info_.id);
    if (!mark) return mark.error();
    const Result<log::FileInfo> there = disk_.look(path_);
    if (!there) return there.error();
    if (there->id != info_.id) return Error{EBUSY, path_ + " was renamed meanwhile"};
    Status done = disk_.rename(file.path(), path_);
    if (done) done = disk_.sync_folder(folder_of(path_));
    if (!done || !*mark) return done;
    const Result<log::FileInfo> info = file.info();
    if (!info) return info.error();
    (*mark)->id = info->id;
    (*mark)->length = file.size();
    return log::write_mark(disk_, pattern_.folder(), **mark);
  }

  log::Disk& disk_;
  const log::LogPattern& pattern_;
  const std::string& path_;
  const log::File& old_;
  const log::FileInfo info_;
};

// What becomes of the lines of a file of this size.
Repair plan_of(Diagnosis&& diagnosis, std::uint64_t size, const RepairOptions& options) {
  Repair plan;
  const std::uint64_t torn_from_here = torn_from(diagnosis, options);
  plan.torn = size - torn_from_here;
  plan.moved = std::uint64_t(std::count_if(
      diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
        return finding.line <= diagnosis.lines && !is_kept(finding, options);
      }));
  plan.kept = diagnosis.lines - plan.moved + (torn_from_here > diagnosis.end);
  plan.diagnosis = std::move(diagnosis);
  return plan;
}

// One that was there before is not written over.
std::string free_torn_path(const log::Disk& disk, const std::string& path, Time now) {
  while (disk.look(log::torn_path(path, now))) now += std::chrono::microseconds(1);
  return log::torn_path(path, now);
}

}  // namespace

bool is_kept(const Finding& finding, const RepairOptions& options) {
  return finding.worth == Worth::sound ||
         (finding.worth == Worth::unproven && options.keep_unproven);
}

Result<Repair> repair(log::Disk& disk, const log::LogPattern& pattern, const std::string& path,
                      Time now, const RepairOptions& options) {
  std::unique_ptr<log::Lock> held;
  if (!options.dry_run) {
    Result<std::unique_ptr<log::Lock>> lock = disk.lock(pattern.folder());
    if (!lock) return lock.error();
    held = std::move(*lock);
  }
  Result<Diagnosis> diagnosis = verify(disk, pattern, path);
  if (!diagnosis) return diagnosis.error();
  const Result<std::unique_ptr<log::File>> old = disk.open(path, log::Disk::Open::read);
  if (!old) return old.error();
  const Result<log::FileInfo> info = (*old)->info();
  if (!info) return info.error();

  Repair plan = plan_of(std::move(*diagnosis), info->size, options);
  if (plan.diagnosis.findings.empty()) {
    plan.torn = 0;  // what a handler that died wrote behind the synced length, the next one cuts
    return plan;
  }
  if (plan.moved + plan.torn > 0) plan.aside = free_torn_path(disk, path, now);
  if (options.dry_run) return plan;
  const Status replaced =
      Repairer(disk, pattern, path, **old, *info).replace(plan.diagnosis, options, plan.aside);
  if (!replaced) return replaced.error();
  return plan;
}

}  // namespace inbound_sms::tools
