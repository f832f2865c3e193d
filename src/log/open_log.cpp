#include "log/open_log.h"

#include <algorithm>
#include <cerrno>

#include "log/scan.h"

namespace inbound_sms::log {

namespace {

constexpr std::size_t kChunk = 64 * 1024;  // bytes copied at once
constexpr std::uint64_t kLeft = 1;         // bytes, until a cut is on the disk

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The file that the mark names. The name counts, too: the number of an inode is used again.
const LogFile* find(const std::vector<LogFile>& files, FileId id, const std::string& base) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const LogFile& f) { return f.id == id && f.base == base; });
  return found == files.end() ? nullptr : &*found;
}

const LogFile* find(const std::vector<LogFile>& files, const std::string& path) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const LogFile& f) { return f.path == path; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

Status make_folders(Disk& disk, const std::string& folder) {
  const Result<FileInfo> there = disk.look(folder);
  if (there || there.error().number != ENOENT) return there ? Status(Done{}) : there.error();
  const Status above = make_folders(disk, folder_of(folder));
  return above ? disk.make_folder(folder) : above;
}

Status cut_back(File& file, std::uint64_t length) {
  const Result<FileInfo> info = file.info();
  if (!info) return info.error();
  if (info->size <= length) return Done{};
  Status done = file.truncate(length + kLeft);
  if (done) done = file.sync();
  return done ? file.truncate(length) : done;
}

Result<OpenLog> LogOpener::open(Time now, const std::optional<SyncedMark>& known,
                                std::vector<LogFile>& files) {
  Result<std::vector<LogFile>> listed = pattern_.list(disk_);
  if (!listed) return listed.error();
  files = std::move(*listed);
  const Result<std::optional<SyncedMark>> mark = read_mark(disk_, pattern_.folder());
  if (!mark) return mark.error();

  // Never backwards: a clock that was set back stays in the newest file.
  std::string path = pattern_.path_at(now);
  if (!files.empty()) path = std::max(path, files.back().base);
  const LogFile* const target = find(files, path);
  const LogFile* const marked =
      *mark ? find(files, (*mark)->id, below_folder((*mark)->name)) : nullptr;
  const bool outdated =
      known && *mark && (*mark)->id == known->id && (*mark)->length < known->length;
  const bool this_boot = *mark && (*mark)->boot == disk_.boot_id() && !outdated;
  // The file that was appended to last. Without a word of the mark it is the newest.
  const LogFile* const last = marked || this_boot || files.empty() ? marked : &files.back();

  Status ready = Done{};
  if (!this_boot) ready = sync_all(files);
  if (ready && marked && this_boot) ready = settle(**mark, *marked);
  if (ready && last && last != target)
    ready = this_boot ? sync_all({*last}) : heal_left(*last, now);
  if (!ready) return ready.error();

  if (!target || target->size == 0) return begin(path);
  return target == marked && this_boot ? reopen(**mark, *target, now) : adopt(*target, now);
}

std::string LogOpener::below_folder(const std::string& name) const {
  return (pattern_.folder() == "/" ? "" : pattern_.folder()) + "/" + name;
}

Status LogOpener::settle(const SyncedMark& mark, const LogFile& file) {
  if (file.size < mark.length)
    report_(file.path + " has " + std::to_string(mark.length - file.size) +
            " bytes less than were synced: something else has cut it (copytruncate must not be "
            "used on this log)");
  if (file.size <= mark.length) return Done{};
  const Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::write);
  if (!there) return there.error();
  const Result<std::optional<CrcDigits>> digits = digits_before(**there, mark.length);
  if (!digits) return digits.error();
  if (!*digits) return Done{};  // another file, put in the place and number of the one we knew
  if (file.size == mark.length + kLeft) return cut_back(**there, mark.length);
  const Result<std::string> aside = copy_tail(**there, file.path, mark.length);
  const Status cut = cut_back(**there, mark.length);
  if (cut)
    report_(file.path + ": " + std::to_string(file.size - mark.length) +
            " bytes cut off that were never synced nor acknowledged" +
            (aside ? "; a copy is in " + *aside : ""));
  return cut;
}

Status LogOpener::sync_all(const std::vector<LogFile>& files) {
  for (const LogFile& file : files) {
    const Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::read);
    if (!there) return there.error();
    const Status synced = (*there)->sync();
    if (!synced) return synced;
  }
  return Done{};
}

Result<OpenLog> LogOpener::reopen(const SyncedMark& mark, const LogFile& file, Time now) {
  Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::write);
  if (!there) return there.error();
  const Result<FileInfo> info = (*there)->info();
  if (!info) return info.error();
  const Result<std::optional<CrcDigits>> digits = digits_before(**there, mark.length);
  if (!digits) return digits.error();
  // Cut or changed by somebody else: look at it as at a stranger's file.
  if (info->size != mark.length || !*digits) return adopt(file, now);
  return OpenLog{std::move(*there), file.path, mark, **digits};
}

// A file that holds something and is not vouched for by `.synced`.
Result<OpenLog> LogOpener::adopt(const LogFile& file, Time now) {
  Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::write);
  if (!there) return there.error();
  Result<SoundEnd> end = heal(**there, file, now);
  if (!end) return end.error();
  const Status synced = (*there)->sync();
  if (!synced) return synced.error();
  return opened(std::move(*there), file.path, file.id, std::move(*end));
}

// The file that was appended to when the machine stopped, and will not be again.
Status LogOpener::heal_left(const LogFile& file, Time now) {
  const Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::write);
  if (!there) return there.error();
  const Result<SoundEnd> sound = find_sound_end(**there, file);
  if (!sound) return sound.error();
  // Where no line is sound it may not even be ours.
  if (sound->offset == 0) return Done{};
  const Result<SoundEnd> end = heal(**there, file, now);
  if (!end) return end.error();
  return (*there)->sync();
}

Result<LogOpener::SoundEnd> LogOpener::heal(File& file, const LogFile& named, Time now) {
  Result<SoundEnd> end = find_sound_end(file, named);
  if (!end) return end.error();
  const Result<FileInfo> info = file.info();
  if (!info) return info.error();
  if (info->size == end->offset) return end;
  const Status moved = move_tail_aside(file, named, end->offset, now);
  if (!moved) return moved.error();
  return end;
}

Result<LogOpener::SoundEnd> LogOpener::find_sound_end(const File& file, const LogFile& named) {
  SoundEnd sound;
  ChainCheck chain;
  std::size_t damaged = 0, unsound = 0;  // the latter since the last sound line
  const auto visit = [&](const ScannedLine& line) {
    const std::optional<LineParts> parts = chain.next(line.text);
    unsound += !parts;
    if (!parts) return;
    damaged += std::exchange(unsound, 0);
    sound = {line.end, CrcDigits(parts->digits)};
  };
  const Result<std::uint64_t> end = scan_lines(file, 0, named.size, visit);
  if (!end) return end.error();
  if (damaged > 0)
    report_(named.path + ": " + std::to_string(damaged) +
            " damaged or missing lines in the middle; they stay as they are");
  return sound;
}

// Copies the end of a file to NAME.torn-unsynced, always the same name: whatever fails how often,
// no more than this one file is left.
Result<std::string> LogOpener::copy_tail(const File& file, const std::string& path,
                                         std::uint64_t from) {
  std::string copy = path + ".torn-unsynced";
  const Result<std::unique_ptr<File>> torn = disk_.open(copy, Disk::Open::create);
  if (!torn) return torn.error();
  std::uint64_t offset = from;
  for (std::size_t got = kChunk; got == kChunk; offset += got) {
    const Result<std::string> chunk = file.read_at(offset, kChunk);
    if (!chunk) return chunk.error();
    got = chunk->size();
    const Status written = (*torn)->write_at(offset - from, *chunk);
    if (!written) return written.error();
  }
  Status done = (*torn)->truncate(offset - from);  // it may be there from an earlier time
  if (done) done = (*torn)->sync();
  if (!done) return done.error();
  return copy;
}

Status LogOpener::move_tail_aside(File& file, const LogFile& named, std::uint64_t from, Time now) {
  const Result<std::string> copy = copy_tail(file, named.path, from);
  if (!copy) return copy.error();
  const std::string aside = torn_path(named.path, now);
  Status done = disk_.rename(*copy, aside);
  if (done) done = disk_.sync_folder(folder_of(aside));
  if (done) done = file.truncate(from);
  if (done) report_(named.path + ": its torn end was moved to " + aside);
  return done;
}

// A new file. A file found empty counts as new: whoever made it may have died before its name
// was on disk.
Result<OpenLog> LogOpener::begin(const std::string& path) {
  const Status made = make_folders(disk_, folder_of(path));
  if (!made) return made.error();
  Result<std::unique_ptr<File>> file = disk_.open(path, Disk::Open::create);
  if (!file) return file.error();
  const Result<FileInfo> info = (*file)->info();
  if (!info) return info.error();
  if (info->size != 0) return Error{EEXIST, "begin " + path + ": somebody else writes to it"};
  const Status synced = sync_folders(path);
  if (!synced) return synced.error();
  // Before its first byte: until a sync has succeeded, whoever finds bytes in it cuts them off.
  return opened(std::move(*file), path, info->id, {});
}

// All folders from the file's own up to the root, since it is not known who made which of them.
// Those above the log's that we may not even open were not made by us.
Status LogOpener::sync_folders(const std::string& path) {
  const std::size_t own = pattern_.folder().size();
  for (std::string folder = folder_of(path);; folder = folder_of(folder)) {
    const Status synced = disk_.sync_folder(folder);
    const bool may_fail = folder.size() < own && !synced &&
                          (synced.error().number == EACCES || synced.error().number == EINVAL);
    if (!synced && !may_fail) return synced;
    if (folder == "/") return Done{};
  }
}

Result<OpenLog> LogOpener::opened(std::unique_ptr<File> file, const std::string& path, FileId id,
                                  SoundEnd end) {
  SyncedMark mark{disk_.boot_id(), id, end.offset, path.substr(below_folder("").size())};
  const Status written = write_mark(disk_, pattern_.folder(), mark);
  if (!written) return written.error();
  return OpenLog{std::move(file), path, std::move(mark), std::move(end.digits)};
}

}  // namespace inbound_sms::log
