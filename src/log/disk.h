#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inbound_sms::log {

// What tells a file apart from every other one, whatever its name is.
struct FileId {
  std::uint64_t inode = 0;
  bool operator==(const FileId&) const = default;
};

struct FileInfo {
  FileId id;
  std::uint64_t size = 0;  // bytes
};

// One open file. Closed by the destructor. Used by one thread at a time, but for reading.
class File {
 public:
  virtual ~File() = default;

  // Fills `bytes` from `offset` on and says how many it got; fewer than fit only at the end of
  // the file. Several threads may read at once.
  virtual Result<std::size_t> read_into(std::span<char> bytes, std::uint64_t offset) const = 0;

  // Up to `size` bytes from `offset`; fewer only at the end of the file.
  Result<std::string> read_at(std::uint64_t offset, std::size_t size) const {
    std::string bytes(size, '\0');
    const Result<std::size_t> got = read_into(bytes, offset);
    if (!got) return got.error();
    bytes.resize(*got);
    return bytes;
  }

  // Writes all the bytes, or fails: then any part of them may be there.
  virtual Status write_at(std::uint64_t offset, std::string_view bytes) = 0;

  // fdatasync(2). After a failure the state of what was written is unknown, for good.
  virtual Status sync() = 0;

  virtual Status truncate(std::uint64_t size) = 0;
  virtual Result<FileInfo> info() const = 0;
};

// Held while it lives; the destructor gives it on.
class Lock {
 public:
  virtual ~Lock() = default;
};

// The seam behind which the disk stands: everything that src/log does to it. A path is absolute.
// The calls are those of POSIX; what each must guarantee is said where journal.h relies on it.
class Disk {
 public:
  virtual ~Disk() = default;

  enum class Open {
    read,    // must exist
    write,   // read and write; must exist
    create,  // read and write; made with mode 0600 if it is not there
  };
  virtual Result<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;

  // What stands at the path now; an Error with ENOENT where nothing does.
  virtual Result<FileInfo> look(const std::string& path) const = 0;

  virtual Status rename(const std::string& from, const std::string& to) = 0;

  // The names of the files and folders in a folder, in no order, without "." and ".."; folders
  // end in '/'. Pipes, sockets and devices are left out.
  virtual Result<std::vector<std::string>> list(const std::string& folder) const = 0;

  // mkdir(2) with mode 0700; a folder that is there already is no error.
  virtual Status make_folder(const std::string& path) = 0;

  // fsync(2) of the folder: the names in it are on disk.
  virtual Status sync_folder(const std::string& path) = 0;

  // Waits for the lock of a folder, which must exist. Processes and threads get it in about the
  // order in which they came: one that lets go of it cannot overtake one that waits.
  virtual Result<std::unique_ptr<Lock>> lock(const std::string& folder) = 0;

  // Changes with every boot of the machine, and only then.
  virtual std::string boot_id() const = 0;
};

// The machine's own disk; lives as long as the program. Any thread may call it.
Disk& posix_disk();

// Opens all folders above this one and keeps them, so that posix_disk() can sync them also when the
// process may not open them any more (sandbox/landlock.h). One that cannot be opened now is passed
// over. Before any other thread uses posix_disk().
void keep_folders_above(const std::string& folder);

}  // namespace inbound_sms::log
