#include "tools/check_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "log/synced_mark.h"
#include "tools/owner.h"
#include "tools/verify.h"

namespace inbound_sms::tools {

namespace {

constexpr mode_t kOthers = 077;

bool may_write(const std::string& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) == 0;
}

std::string chmod_for(const std::string& path, const char* mode) {
  return ": texts are private, let only the owner read them: chmod " + std::string(mode) + " " +
         path;
}

Remarks check_files(log::Disk& disk, const log::LogPattern& log, uid_t owner) {
  const Result<std::vector<log::LogFile>> files = log.list(disk);
  if (!files) return {{Verdict::fault, "files: " + files.error().text}};
  Remarks remarks;
  for (const log::LogFile& file : *files) {
    struct stat status;
    if (::stat(file.path.c_str(), &status) != 0) continue;  // renamed just now
    if (status.st_uid != owner)
      remarks.push_back({Verdict::fault, "files: " + file.path + " belongs to " +
                                             user_name(status.st_uid) + ", the folder to " +
                                             user_name(owner) +
                                             ": all that writes or reads the log has to run as one "
                                             "user; chown it"});
    if ((status.st_mode & kOthers) != 0)
      remarks.push_back(
          {Verdict::warning, "files: others may use " + file.path + chmod_for(file.path, "0600")});
  }
  if (remarks.empty())
    remarks.push_back({Verdict::ok, "files: " + std::to_string(files->size()) +
                                        ", all of them private and of the folder's owner"});
  return remarks;
}

std::string shown(const std::vector<Finding>& findings) {
  return std::to_string(findings.size()) + (findings.size() == 1 ? " finding" : " findings") +
         ", the first in line " + std::to_string(findings.front().line);
}

Remark check_mark(log::Disk& disk, const log::LogPattern& log) {
  const Result<std::optional<log::SyncedMark>> mark = log::read_mark(disk, log.folder());
  if (!mark) return {Verdict::fault, ".synced: " + mark.error().text};
  if (!*mark)
    return {Verdict::ok, ".synced: none that can be read, the next message writes a new one"};
  if ((*mark)->boot != disk.boot_id())
    return {Verdict::ok, ".synced: from an earlier boot, no message has been stored since"};
  return {Verdict::ok, ".synced: " + std::to_string((*mark)->length) + " bytes of " +
                           (*mark)->name + " are on the disk"};
}

}  // namespace

std::string existing_folder(const std::string& folder) {
  std::filesystem::path there = folder;
  std::error_code ignored;
  while (!std::filesystem::exists(there, ignored) && there.has_relative_path())
    there = there.parent_path();
  return there;
}

Remarks check_permissions(log::Disk& disk, const log::LogPattern& log) {
  const std::string& folder = log.folder();
  const std::string there = existing_folder(folder);
  const std::string me = user_name(::geteuid());
  struct stat status;
  if (::stat(there.c_str(), &status) != 0)
    return {{Verdict::fault, system_error(errno, {"folder: look at ", there}).text}};
  if (!may_write(there) && errno == EROFS)
    return {{Verdict::fault, "folder: " + there +
                                 " is on a file system that is mounted read-only: the kernel's log "
                                 "(dmesg) may say why; mount it writable again"}};
  if (!may_write(there))
    return {{Verdict::fault, "folder: " + me + " may not write in " + there +
                                 ", which belongs to " + user_name(status.st_uid) +
                                 ": run this as the user that the handler runs as; if you did, "
                                 "give it the folder (chown)"}};
  if (there != folder)
    return {{Verdict::ok, "folder: " + folder + " is not there yet; " + me + " can make it"}};
  Remarks remarks = {{Verdict::ok, "folder: " + folder + ", " + me + " may write in it"}};
  if (S_ISDIR(status.st_mode) && (status.st_mode & kOthers) != 0)
    remarks.push_back({Verdict::warning, "folder: others may use it" + chmod_for(folder, "0700")});
  const Remarks files = check_files(disk, log, status.st_uid);
  remarks.insert(remarks.end(), files.begin(), files.end());
  return remarks;
}

Remarks check_lines(log::Disk& disk, const log::LogPattern& log) {
  Remarks remarks = {check_mark(disk, log)};
  const Result<std::vector<log::LogFile>> files = log.list(disk);
  if (files && files->empty()) {
    remarks.push_back({Verdict::ok, "lines: no file of the log is there yet"});
    return remarks;
  }
  const Result<Diagnosis> diagnosis = files ? verify(disk, log, files->back().path) : files.error();
  if (!diagnosis)
    remarks.push_back({Verdict::fault, "lines: " + diagnosis.error().text});
  else if (diagnosis->findings.empty())
    remarks.push_back({Verdict::ok, "lines: all " + std::to_string(diagnosis->lines) + " of " +
                                        files->back().path + " are sound"});
  else
    remarks.push_back({Verdict::fault, "lines: " + files->back().path + ": " +
                                           shown(diagnosis->findings) +
                                           ": see inbound-sms verify and inbound-sms repair"});
  return remarks;
}

Remark check_rejected(log::Disk& disk, const log::LogPattern& rejected, std::uint64_t most) {
  const Result<std::vector<log::LogFile>> files = rejected.list(disk);
  if (!files) return {Verdict::fault, "rejected log: " + files.error().text};
  std::uint64_t bytes = 0;
  for (const log::LogFile& file : *files) bytes += file.size;
  const std::string found = "rejected log: " + std::to_string(bytes) + " of " +
                            std::to_string(most) + " bytes (INBOUND_SMS_REJECTED_MAX)";
  const std::string mend =
      "look why requests are rejected, and move old files of " + rejected.folder() + " away";
  if (bytes + bytes / 50 >= most)
    return {Verdict::fault, found + ": full, requests that cannot be read get 503; " + mend};
  if (bytes >= most / 2) return {Verdict::warning, found + ": " + mend};
  return {Verdict::ok, found};
}

Remark judge_clock(Time now) {
  using namespace std::chrono;
  const std::string text = "clock: " + to_iso(now).substr(0, 19) + "Z";
  if (now < Time(sys_days(year(2024) / 1 / 1)))
    return {Verdict::fault, text + " is in the past: set it, and keep it right with NTP"};
  return {Verdict::ok, text};
}

}  // namespace inbound_sms::tools
