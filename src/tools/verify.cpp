#include "tools/verify.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "log/scan.h"

namespace inbound_sms::tools {

Result<std::optional<log::SyncedMark>> mark_of(log::Disk& disk, const log::LogPattern& pattern,
                                               const std::string& path, log::FileId id) {
  Result<std::optional<log::SyncedMark>> mark = log::read_mark(disk, pattern.folder());
  if (!mark || !*mark) return mark;
  const std::string folder = pattern.folder() == "/" ? "" : pattern.folder();
  const bool named = (*mark)->id == id && pattern.base_of(path) == folder + "/" + (*mark)->name;
  if (!named || (*mark)->boot != disk.boot_id()) return std::optional<log::SyncedMark>();
  return mark;
}

namespace {

// Up to where the file is to be looked at. A mark behind which the file goes on, but not with a
// new line, was not written for the file as it is now.
Result<std::uint64_t> end_to_look_at(const log::File& file, std::uint64_t size,
                                     const log::SyncedMark& mark) {
  if (size <= mark.length) return size;
  const Result<std::optional<log::CrcDigits>> digits = log::digits_before(file, mark.length);
  if (!digits) return digits.error();
  return *digits ? mark.length : size;
}

void add_missing_end(Diagnosis& diagnosis, std::uint64_t bytes) {
  std::vector<Finding>& findings = diagnosis.findings;
  const std::string text = std::to_string(bytes) +
                           " bytes are missing here that were on the disk: something has cut the "
                           "file";
  if (!findings.empty() && findings.back().line > diagnosis.lines)
    findings.back().text += "; " + text;
  else
    findings.push_back({diagnosis.lines + 1, text, Worth::lost});
}

}  // namespace

Result<Diagnosis> verify(log::Disk& disk, const log::LogPattern& pattern, const std::string& path) {
  const Result<std::unique_ptr<log::File>> file = disk.open(path, log::Disk::Open::read);
  if (!file) return file.error();
  // The order matters: what the file held before the mark was read, if the mark does not name it,
  // had been synced by then; and if it does, the file holds all that the mark says.
  const Result<log::FileInfo> before = (*file)->info();
  if (!before) return before.error();
  const Result<std::optional<log::SyncedMark>> mark = mark_of(disk, pattern, path, before->id);
  if (!mark) return mark.error();
  const Result<log::FileInfo> after = (*file)->info();
  if (!after) return after.error();

  if (!*mark) return diagnose(**file, before->size);
  const Result<std::uint64_t> end = end_to_look_at(**file, after->size, **mark);
  if (!end) return end.error();
  const std::uint64_t synced = (*mark)->length;
  Result<Diagnosis> diagnosis = diagnose(**file, *end);
  if (diagnosis && after->size < synced) add_missing_end(*diagnosis, synced - after->size);
  return diagnosis;
}

Result<std::optional<Diagnosis>> verify_listed(log::Disk& disk, const log::LogPattern& pattern,
                                               log::LogFile& file) {
  const Result<log::FileInfo> there = disk.look(file.path);
  if (!there && there.error().number != ENOENT) return there.error();
  if (!there || there->id != file.id) {
    const Result<std::vector<log::LogFile>> files = pattern.list(disk);
    if (!files) return files.error();
    const auto found = std::find_if(files->begin(), files->end(),
                                    [&](const log::LogFile& other) { return other.id == file.id; });
    if (found == files->end()) return std::optional<Diagnosis>();
    file = *found;
  }
  Result<Diagnosis> diagnosis = verify(disk, pattern, file.path);
  if (!diagnosis && diagnosis.error().number == ENOENT)  // renamed just now
    return verify_listed(disk, pattern, file);
  if (!diagnosis) return diagnosis.error();
  return std::optional(std::move(*diagnosis));
}

Result<Diagnosis> verify_file(log::Disk& disk, const log::LogPattern* log,
                              const std::string& path) {
  if (std::error_code none;
      std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none))
    return Error{EINVAL, path + " is not a regular file"};
  if (log != nullptr) return verify(disk, *log, path);
  const Result<std::unique_ptr<log::File>> file = disk.open(path, log::Disk::Open::read);
  if (!file) return file.error();
  const Result<log::FileInfo> info = (*file)->info();
  if (!info) return info.error();
  return diagnose(**file, info->size);
}

}  // namespace inbound_sms::tools
