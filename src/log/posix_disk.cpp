#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <random>

#include "base/descriptor.h"
#include "log/disk.h"
#include "log/synced_mark.h"

namespace inbound_sms::log {

namespace {

FileInfo info_of(const struct stat& status) {
  return {{status.st_ino}, std::uint64_t(status.st_size)};
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read_into(std::span<char> bytes, std::uint64_t offset) const override {
    std::size_t got = 0;
    while (got < bytes.size()) {
      const ssize_t n =
          ::pread(fd_.get(), bytes.data() + got, bytes.size() - got, off_t(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error(errno, {"read ", path_});
      if (n == 0) break;
      got += std::size_t(n);
    }
    return got;
  }

  Status write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), off_t(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error(errno, {"write ", path_});
      // A short write is not an error yet: the next one says why.
      offset += std::uint64_t(n);
      bytes.remove_prefix(std::size_t(n));
    }
    return Done{};
  }

  Status sync() override {
    // Not repeated on EINTR: whether it could still succeed is not known.
    if (::fdatasync(fd_.get()) != 0) return system_error(errno, {"sync ", path_});
    return Done{};
  }

  Status truncate(std::uint64_t size) override {
    int done;
    do done = ::ftruncate(fd_.get(), off_t(size));
    while (done != 0 && errno == EINTR);
    if (done != 0) return system_error(errno, {"cut ", path_});
    return Done{};
  }

  Result<FileInfo> info() const override {
    struct stat status;
    if (::fstat(fd_.get(), &status) != 0) return system_error(errno, {"look at ", path_});
    return info_of(status);
  }

 private:
  Descriptor fd_;
  std::string path_;
};

Status lock_descriptor(int fd, const std::string& what) {
  int done;
  do done = ::flock(fd, LOCK_EX);
  while (done != 0 && errno == EINTR);
  if (done != 0) return system_error(errno, {"lock ", what});
  return Done{};
}

// O_NONBLOCK: not to wait for a writer where somebody has put a pipe; files know no other way.
Result<Descriptor> open_descriptor(const std::string& path, int flags) {
  int fd;
  do fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return system_error(errno, {"open ", path});
  return Descriptor(fd);
}

class FolderLock final : public Lock {
 public:
  explicit FolderLock(Descriptor folder) : folder_(std::move(folder)) {}

 private:
  Descriptor folder_;  // flock(2) ends when it is closed
};

class PosixDisk final : public Disk {
 public:
  PosixDisk() : boot_id_(read_boot_id()) {}

  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    static constexpr int kFlags[] = {O_RDONLY, O_RDWR, O_RDWR | O_CREAT};
    Result<Descriptor> fd = open_descriptor(path, kFlags[int(how)]);
    if (!fd) return fd.error();
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(*fd), path));
  }

  Result<FileInfo> look(const std::string& path) const override {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return system_error(errno, {"look at ", path});
    return info_of(status);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return system_error(errno, {"rename ", from, " to ", to});
    return Done{};
  }

  Result<std::vector<std::string>> list(const std::string& folder) const override;

  Status make_folder(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
      return system_error(errno, {"make folder ", path});
    return Done{};
  }

  Status sync_folder(const std::string& path) override {
    const Result<Descriptor> fd = open_descriptor(path, O_RDONLY | O_DIRECTORY);
    const auto kept = kept_.find(path);
    const bool use_kept = !fd && fd.error().number == EACCES && kept != kept_.end();
    if (!fd && !use_kept) return fd.error();
    if (::fsync(use_kept ? kept->second.get() : fd->get()) != 0)
      return system_error(errno, {"sync folder ", path});
    return Done{};
  }

  Result<std::unique_ptr<Lock>> lock(const std::string& folder) override;

  std::string boot_id() const override { return boot_id_; }

  void keep_folders_above(const std::string& folder);

 private:
  static std::string read_boot_id();

  const std::string boot_id_;
  std::map<std::string, Descriptor> kept_;  // folders, by their paths
};

Result<std::vector<std::string>> PosixDisk::list(const std::string& folder) const {
  struct Closer {
    void operator()(DIR* dir) const { ::closedir(dir); }
  };
  const std::unique_ptr<DIR, Closer> dir(::opendir(folder.c_str()));
  if (!dir) return system_error(errno, {"list ", folder});
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(dir.get());
    if (!entry && errno != 0) return system_error(errno, {"list ", folder});
    if (!entry) return names;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status;
    if (::fstatat(::dirfd(dir.get()), entry->d_name, &status, 0) != 0) {
      // Just removed, or a link to where there is nothing of ours. Any other error may have hit a
      // file of the log, and without it a repeat would be stored again.
      if (errno == ENOENT || errno == ELOOP || errno == EACCES) continue;
      return system_error(errno, {"look at ", folder, "/", entry->d_name});
    }
    if (S_ISDIR(status.st_mode)) name += '/';
    if (S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)) names.push_back(std::move(name));
  }
}

// flock(2) alone lets whoever holds a lock take it again before one that waits has woken up. So
// there is a gate in front, a lock on `.synced`: one that waits for the folder stands in the gate,
// and one that comes back queues behind it. The gate decides nothing but the order: where it
// cannot be had, the folder's lock alone is as safe.
Result<std::unique_ptr<Lock>> PosixDisk::lock(const std::string& folder) {
  Result<Descriptor> locked = open_descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (!locked) return locked.error();
  const Result<Descriptor> gate = open_descriptor(synced_mark_path(folder), O_RDWR | O_CREAT);
  if (gate) (void)lock_descriptor(gate->get(), "the gate");
  const Status done = lock_descriptor(locked->get(), folder);
  if (!done) return done.error();
  // The folder may have been replaced while we waited; a lock on the old one guards nothing.
  struct stat ours, there;
  if (::fstat(locked->get(), &ours) != 0 || ::stat(folder.c_str(), &there) != 0)
    return system_error(errno, {"look at ", folder});
  if (ours.st_ino != there.st_ino || ours.st_dev != there.st_dev)
    return Error{ESTALE, "lock " + folder + ": it was replaced meanwhile"};
  return std::unique_ptr<Lock>(std::make_unique<FolderLock>(std::move(*locked)));
}

void PosixDisk::keep_folders_above(const std::string& folder) {
  for (std::filesystem::path above = folder; above.has_relative_path();) {
    above = above.parent_path();
    Result<Descriptor> fd = open_descriptor(above, O_RDONLY | O_DIRECTORY);
    if (fd) kept_[above] = std::move(*fd);
  }
}

std::string PosixDisk::read_boot_id() {
  const Result<Descriptor> fd = open_descriptor("/proc/sys/kernel/random/boot_id", O_RDONLY);
  char text[64];
  const ssize_t length = fd ? ::read(fd->get(), text, sizeof text) : -1;
  std::string id(text, length > 0 ? std::size_t(length) : 0);
  while (!id.empty() && id.back() == '\n') id.pop_back();
  if (!id.empty()) return id;
  // Without /proc no boot can be told from another. An id of our own makes every `.synced` that
  // we did not write count as one of another boot: slower, and never wrong.
  std::random_device random;
  return "unknown-" + std::to_string(random()) + "-" + std::to_string(random());
}

PosixDisk& the_disk() {
  static PosixDisk disk;
  return disk;
}

}  // namespace

Disk& posix_disk() {
  return the_disk();
}

void keep_folders_above(const std::string& folder) {
  the_disk().keep_folders_above(folder);
}

}  // namespace inbound_sms::log
