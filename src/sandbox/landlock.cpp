#include "sandbox/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "base/descriptor.h"

namespace inbound_sms::sandbox {

namespace {

// linux/landlock.h of Debian 12 ends with version 2. Here is the whole of what is used, as the
// kernel's documentation numbers it (userspace-api/landlock), with the version that brought it.
enum Right : std::uint64_t {
  kWriteFile = 1 << 1,
  kReadFile = 1 << 2,
  kReadFolder = 1 << 3,
  kRemoveFile = 1 << 5,  // rename(2) removes the old name
  kMakeFolder = 1 << 7,
  kMakeFile = 1 << 8,
  kTruncate = 1 << 14,  // 3
};
constexpr std::uint64_t kAllOfVersion1 = (1 << 13) - 1;
constexpr std::uint64_t kRefer = 1 << 13;                  // 2
constexpr std::uint64_t kDevices = 1 << 15;                // 5
constexpr std::uint64_t kBindAndConnectTcp = 1 | 2;        // 4
constexpr std::uint64_t kAbstractNamesAndSignals = 1 | 2;  // 6

constexpr std::uint64_t kLog =
    kReadFile | kWriteFile | kTruncate | kReadFolder | kMakeFile | kMakeFolder | kRemoveFile;

// struct landlock_ruleset_attr of version 6. An older kernel takes it while what it does not know
// is zero.
struct Handled {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

Handled all_of(int version) {
  Handled all;
  all.files = kAllOfVersion1;
  if (version >= 2) all.files |= kRefer;
  if (version >= 3) all.files |= kTruncate;
  if (version >= 4) all.network = kBindAndConnectTcp;
  if (version >= 5) all.files |= kDevices;
  if (version >= 6) all.scopes = kAbstractNamesAndSignals;
  return all;
}

bool out_of_something(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

// The folder at `path`, or the nearest above it, which is `path` then.
Result<Descriptor> open_nearest(std::string& path) {
  while (true) {
    Descriptor folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (folder) return folder;
    if (path == "/" || out_of_something(errno)) return system_error(errno, {"look at ", path});
    path = std::filesystem::path(path).parent_path();
  }
}

class Ruleset {
 public:
  explicit Ruleset(const Handled& handled)
      : handled_(handled),
        fd_(int(::syscall(SYS_landlock_create_ruleset, &handled_, sizeof handled_, 0))) {}

  explicit operator bool() const { return bool(fd_); }

  bool allow(const Descriptor& where, std::uint64_t rights) const {
    const landlock_path_beneath_attr rule{rights & handled_.files, where.get()};
    return ::syscall(SYS_landlock_add_rule, fd_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  }

  bool enforce() const { return ::syscall(SYS_landlock_restrict_self, fd_.get(), 0) == 0; }

 private:
  const Handled handled_;
  const Descriptor fd_;
};

// Adds to `words` the folder that is allowed now.
Status allow_folder(const Ruleset& ruleset, const std::string& folder, std::uint64_t rights,
                    std::string& words) {
  std::string nearest = folder;
  const Result<Descriptor> there = open_nearest(nearest);
  if (!there) return there.error();
  if (!ruleset.allow(*there, rights)) return system_error(errno, {"allow ", nearest});
  words += nearest;
  if (nearest != folder) words += " (" + folder + " could not be opened)";
  return Done{};
}

Status allow_folders(const Ruleset& ruleset, const std::vector<std::string>& folders,
                     std::uint64_t rights, std::string& words) {
  for (const std::string& folder : folders) {
    if (!words.empty()) words += ", ";
    if (Status allowed = allow_folder(ruleset, folder, rights, words); !allowed) return allowed;
  }
  return Done{};
}

// Where there is no /dev/null, nobody will open it.
Status allow_null(const Ruleset& ruleset) {
  const Descriptor null(::open("/dev/null", O_PATH | O_CLOEXEC));
  if (null && !ruleset.allow(null, kReadFile | kWriteFile))
    return system_error(errno, {"allow /dev/null"});
  return Done{};
}

}  // namespace

Result<int> landlock_version() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version > 0) return int(version);
  if (errno == ENOSYS) return Error{ENOSYS, "this kernel has none"};
  if (errno == EOPNOTSUPP) return Error{EOPNOTSUPP, "it is switched off in this kernel"};
  return system_error(errno, {"ask the kernel for it"});
}

Result<std::string> restrict_files(const Folders& allowed, int version) {
  const Ruleset ruleset(all_of(version));
  if (!ruleset) return system_error(errno, {"make a Landlock ruleset"});
  std::string logs, readable;
  Status done = allow_folders(ruleset, allowed.logs, kLog, logs);
  if (done) done = allow_folders(ruleset, allowed.readable, kReadFile, readable);
  if (done) done = allow_null(ruleset);
  if (!done) return done.error();
  if (!ruleset.enforce()) return system_error(errno, {"enter a Landlock ruleset"});
  return logs + (readable.empty() ? "" : " and, for reading, " + readable);
}

}  // namespace inbound_sms::sandbox
