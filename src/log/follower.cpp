#include "log/follower.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include "log/scan.h"
#include "log/synced_mark.h"

namespace inbound_sms::log {

Result<std::vector<std::string>> Follower::next() {
  const Result<std::vector<LogFile>> files = readable_files();
  if (!files) return files.error();
  auto file = std::find_if(files->begin(), files->end(), [&](const LogFile& f) {
    return f.id == position_.id && f.base == position_.base;
  });
  // Our file is gone: go on with what came after it by name. Its number may be used again.
  if (file == files->end()) {
    position_ = {position_.base, {}};
    file = std::find_if(files->begin(), files->end(), [&](const LogFile& f) {
      return f.base > position_.base || (f.base == position_.base && !f.renamed());
    });
  }
  std::vector<std::string> lines = std::exchange(kept_, {});
  for (; file != files->end(); ++file) {
    if (file->id != position_.id || file->base != position_.base)
      position_ = {file->base, file->id};
    const std::size_t before = lines.size();
    const Result<bool> read =
        read_on(*file, [&](std::string_view line) { lines.emplace_back(line); });
    // What was read before it is given first; the error comes again if it lasts.
    if (!read) lines.resize(before);
    if (!read && lines.empty()) return read.error();
    // One file at a time, so that a long log is not held in memory as a whole.
    if (!read || !*read || !lines.empty()) break;
  }
  return lines;
}

Status Follower::skip_to_end(std::size_t keep_lines) {
  const Result<std::vector<LogFile>> files = readable_files();
  if (!files) return files.error();
  std::deque<std::string> kept;
  Position end;
  // The newest file first: what stands far before the lines to keep is not read.
  for (auto file = files->rbegin(); file != files->rend(); ++file) {
    const bool newest = file == files->rbegin();
    if (!newest && kept.size() >= keep_lines) break;
    const std::size_t room = keep_lines - kept.size();
    std::deque<std::string> lines;
    position_ = {file->base, file->id};
    const Result<bool> read = read_on(*file, [&](std::string_view line) {
      lines.emplace_back(line);
      if (lines.size() > room) lines.pop_front();
    });
    if (!read) return read.error();
    if (newest) end = position_;
    kept.insert(kept.begin(), lines.begin(), lines.end());
  }
  position_ = end;
  kept_.assign(kept.begin(), kept.end());
  return Done{};
}

// The order matters: what a file held before the mark was read, and what the mark does not name,
// had been synced by then.
Result<std::vector<LogFile>> Follower::readable_files() const {
  Result<std::vector<LogFile>> files = pattern_.list(disk_);
  if (!files) return files;
  const Result<std::optional<SyncedMark>> mark = read_mark(disk_, pattern_.folder());
  if (!mark) return mark.error();
  if (!*mark || (*mark)->boot != disk_.boot_id()) return files;
  for (LogFile& file : *files)
    if (file.id == (*mark)->id) file.size = (*mark)->length;
  return files;
}

// False when the file was renamed since it was listed: next time it is found by its new name.
Result<bool> Follower::read_on(const LogFile& file,
                               const std::function<void(std::string_view line)>& visit) {
  if (file.size == position_.offset) return true;
  const Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::read);
  if (!there && there.error().number == ENOENT) return false;
  if (!there) return there.error();
  if (file.size < position_.offset) {
    const Result<std::string> start = (*there)->read_at(0, position_.first.size());
    if (!start) return start.error();
    // The same file, and shorter: what was given is not given again.
    position_.offset = *start == position_.first ? file.size : 0;
  }
  const auto take = [&](const ScannedLine& line) {
    if (line.end == line.text.size() + 1) position_.first = line.text;
    visit(line.text);
  };
  const Result<std::uint64_t> end = scan_lines(**there, position_.offset, file.size, take);
  if (!end) return end.error();
  position_.offset = *end;
  return true;
}

}  // namespace inbound_sms::log
