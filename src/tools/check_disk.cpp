#include "tools/check_disk.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"

namespace inbound_sms::tools {

namespace {

using std::chrono::microseconds;

constexpr std::uint64_t kMebibyte = 1u << 20;
constexpr std::size_t kSyncs = 50;
constexpr auto kSyncTime = std::chrono::seconds(2);
constexpr std::size_t kMessage = 400;  // bytes of a line as most are

struct FileSystem {
  std::uint64_t type;
  std::string_view name;
  Verdict verdict;
  std::string_view words;
};

constexpr std::string_view kGood = "a sync means what it says";
constexpr std::string_view kRemote =
    "whether a lock and a sync mean what they say is up to the server and how it is mounted; "
    "better lay the log on a disk of this machine";
constexpr std::string_view kMemory =
    "it is memory: all messages are gone when the machine stops; lay the log on a disk";

// Those without a name in <linux/magic.h> have theirs in the sources of their projects.
constexpr std::array<FileSystem, 14> kFileSystems = {{
    {EXT4_SUPER_MAGIC, "ext4", Verdict::ok, kGood},
    {XFS_SUPER_MAGIC, "xfs", Verdict::ok, kGood},
    {BTRFS_SUPER_MAGIC, "btrfs", Verdict::ok, kGood},
    {F2FS_SUPER_MAGIC, "f2fs", Verdict::ok, kGood},
    {0x2fc12fc1, "zfs", Verdict::ok, kGood},
    {NFS_SUPER_MAGIC, "nfs", Verdict::warning, kRemote},
    {CIFS_SUPER_MAGIC, "cifs", Verdict::warning, kRemote},
    {SMB2_SUPER_MAGIC, "smb", Verdict::warning, kRemote},
    {V9FS_MAGIC, "9p", Verdict::warning, kRemote},
    {CEPH_SUPER_MAGIC, "ceph", Verdict::warning, kRemote},
    {FUSE_SUPER_MAGIC, "fuse", Verdict::warning,
     "whether a lock and a sync mean what they say is up to the program behind it"},
    {OVERLAYFS_SUPER_MAGIC, "overlay", Verdict::warning,
     "it is the layer of a container, gone when that is removed: lay the log on a volume"},
    {TMPFS_MAGIC, "tmpfs", Verdict::fault, kMemory},
    {RAMFS_MAGIC, "ramfs", Verdict::fault, kMemory},
}};

std::string in_milliseconds(microseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", double(time.count()) / 1000);
  return text;
}

// Writes messages to a file that has no name any more, and syncs each.
Result<std::vector<microseconds>> time_syncs(const std::string& folder) {
  std::string path = folder + "/.inbound-sms-check-XXXXXX";
  const Descriptor file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) return system_error(errno, {"make a file in ", folder});
  if (::unlink(path.c_str()) != 0) return system_error(errno, {"remove ", path});
  using Clock = std::chrono::steady_clock;
  const std::string message(kMessage, 'x');
  std::vector<microseconds> times;
  for (const auto end = Clock::now() + kSyncTime; times.size() < kSyncs && Clock::now() < end;) {
    const auto begin = Clock::now();
    if (::write(file.get(), message.data(), message.size()) != ssize_t(message.size()))
      return system_error(errno, {"write in ", folder});
    if (::fdatasync(file.get()) != 0) return system_error(errno, {"sync in ", folder});
    times.push_back(std::chrono::duration_cast<microseconds>(Clock::now() - begin));
  }
  return times;
}

}  // namespace

Remark judge_file_system(std::uint64_t type) {
  const auto known = std::find_if(kFileSystems.begin(), kFileSystems.end(),
                                  [&](const FileSystem& system) { return system.type == type; });
  if (known != kFileSystems.end())
    return {known->verdict,
            "file system: " + std::string(known->name) + ", " + std::string(known->words)};
  char number[32];
  std::snprintf(number, sizeof number, "0x%llx", static_cast<unsigned long long>(type));
  return {Verdict::warning, std::string("file system: of unknown type ") + number +
                                ": make sure that fdatasync(2) and flock(2) work on it"};
}

Remark judge_space(std::uint64_t bytes, std::uint64_t files) {
  const std::string free = "space: " + std::to_string(bytes / kMebibyte) + " MiB free";
  if (bytes < 16 * kMebibyte)
    return {Verdict::fault, free + ": requests get 503 when it is full; make room"};
  if (files < 100)
    return {Verdict::fault, free + ", but only " + std::to_string(files) +
                                " more files can be made (df -i): remove some"};
  if (bytes < 1024 * kMebibyte)
    return {Verdict::warning, free + ", which holds " + std::to_string(bytes / kMessage) +
                                  " short messages: make room in time"};
  return {Verdict::ok, free};
}

Remark judge_syncs(std::vector<microseconds> times) {
  std::sort(times.begin(), times.end());
  const microseconds median = times[times.size() / 2], worst = times.back();
  const long long each_second = 1000000 / std::max<long long>(median.count(), 1);
  const std::string found = "sync: " + in_milliseconds(median) + " (worst of " +
                            std::to_string(times.size()) + ": " + in_milliseconds(worst) +
                            "), so about " + std::to_string(std::max(each_second, 1LL)) +
                            " messages a second one after the other, more when several come at "
                            "once and share a sync";
  if (worst > std::chrono::seconds(1))
    return {Verdict::warning,
            found + "; that is slow, after 8 s a message gets 503: is the disk busy or failing?"};
  return {Verdict::ok, found};
}

Remarks check_disk(const std::string& folder) {
  struct statfs system;
  struct statvfs space;
  if (::statfs(folder.c_str(), &system) != 0 || ::statvfs(folder.c_str(), &space) != 0)
    return {{Verdict::fault, system_error(errno, {"file system: look at ", folder}).text}};
  Remarks remarks = {judge_file_system(std::uint32_t(system.f_type))};
  if ((space.f_flag & ST_RDONLY) != 0) {
    remarks.push_back(
        {Verdict::fault,
         "file system: it is mounted read-only; the kernel's log (dmesg) may say why; "
         "mount it writable again"});
    return remarks;
  }
  const bool counts_files = space.f_files > 0;
  remarks.push_back(judge_space(
      std::uint64_t(space.f_bavail) * space.f_frsize,
      counts_files ? std::uint64_t(space.f_favail) : std::numeric_limits<std::uint64_t>::max()));
  const Result<std::vector<microseconds>> times = time_syncs(folder);
  remarks.push_back(times ? judge_syncs(*times)
                          : Remark{Verdict::fault, "sync: " + times.error().text});
  return remarks;
}

}  // namespace inbound_sms::tools
