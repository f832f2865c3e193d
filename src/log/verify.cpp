#include "log/verify.h"

#include <algorithm>

namespace inbound_sms::log {

Result<std::optional<SyncedMark>> mark_of(Disk& disk, const LogPattern& pattern,
                                          const std::string& path, FileId id) {
  Result<std::optional<SyncedMark>> mark = read_mark(disk, pattern.folder());
  if (!mark || !*mark) return mark;
  const std::string folder = pattern.folder() == "/" ? "" : pattern.folder();
  const bool named = (*mark)->id == id && pattern.base_of(path) == folder + "/" + (*mark)->name;
  if (!named || (*mark)->boot != disk.boot_id()) return std::optional<SyncedMark>();
  return mark;
}

Result<Diagnosis> verify(Disk& disk, const LogPattern& pattern, const std::string& path) {
  const Result<std::unique_ptr<File>> file = disk.open(path, Disk::Open::read);
  if (!file) return file.error();
  // The order matters: what the file held before the mark was read, if the mark does not name it,
  // had been synced by then; and if it does, the file holds all that the mark says.
  const Result<FileInfo> before = (*file)->info();
  if (!before) return before.error();
  const Result<std::optional<SyncedMark>> mark = mark_of(disk, pattern, path, before->id);
  if (!mark) return mark.error();
  const Result<FileInfo> after = (*file)->info();
  if (!after) return after.error();

  if (!*mark) return diagnose(**file, before->size);
  const std::uint64_t synced = (*mark)->length;
  Result<Diagnosis> diagnosis = diagnose(**file, std::min(synced, after->size));
  if (diagnosis && after->size < synced)
    diagnosis->findings.push_back({diagnosis->lines + 1,
                                   std::to_string(synced - after->size) +
                                       " bytes are missing here that were on the disk: "
                                       "something has cut the file",
                                   Worth::lost});
  return diagnosis;
}

}  // namespace inbound_sms::log
