#include "log/fake_file.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace inbound_sms::log {

FakeFile::FakeFile(FakeDisk& disk, FakeVolume::Index node, std::string path, bool writable)
    : disk_(disk), node_(node), path_(std::move(path)), writable_(writable), boot_(disk.boot_) {
  disk_.volume_.count_open(node_, 1);
}

FakeFile::~FakeFile() {
  if (boot_ == disk_.boot_) disk_.volume_.count_open(node_, -1);
}

Result<std::size_t> FakeFile::read_into(std::span<char> into, std::uint64_t offset) const {
  const Status entered = enter(Call::Kind::read);
  if (!entered) return entered.error();
  const std::string& bytes = disk_.volume_[node_].bytes;
  return offset >= bytes.size() ? 0 : bytes.copy(into.data(), into.size(), offset);
}

Status FakeFile::write_at(std::uint64_t offset, std::string_view bytes) {
  must_be_usable(true);
  const std::optional<Fault> fault = disk_.enter(Call::Kind::write, path_);
  if (fault) bytes = bytes.substr(0, fault->landed);
  if (!bytes.empty()) disk_.volume_.write(node_, offset, bytes);
  if (!fault) return Done{};
  if (fault->number == Fault::kProcessDies) throw ProcessDied();
  return system_error(fault->number, {"write ", path_});
}

Status FakeFile::sync() {
  const Status entered = enter(Call::Kind::sync);
  if (!entered) {
    disk_.volume_.fail_sync(node_);
    return entered;
  }
  disk_.volume_.sync(node_);
  return Done{};
}

Status FakeFile::truncate(std::uint64_t size) {
  must_be_usable(true);
  const Status entered = enter(Call::Kind::truncate);
  if (!entered) return entered;
  disk_.volume_.cut(node_, size);
  return Done{};
}

Result<FileInfo> FakeFile::info() const {
  const Status entered = enter(Call::Kind::info);
  if (!entered) return entered.error();
  return FileInfo{{disk_.volume_[node_].inode}, disk_.volume_[node_].bytes.size()};
}

Status FakeFile::enter(Call::Kind kind) const {
  must_be_usable(false);
  return disk_.enter_simple(kind, path_);
}

void FakeFile::must_be_usable(bool for_writing) const {
  if (boot_ != disk_.boot_) throw std::logic_error(path_ + " is used after the power cut");
  if (for_writing && !writable_) throw std::logic_error(path_ + " was opened for reading only");
}

FakeLock::FakeLock(FakeDisk& disk, std::string folder)
    : disk_(disk), folder_(std::move(folder)), boot_(disk.boot_) {
  disk_.lock_holder_ = disk_.process;
  disk_.locked_folder_ = folder_;
}

FakeLock::~FakeLock() {
  if (boot_ != disk_.boot_) return;
  disk_.lock_holder_.clear();
  disk_.calls_.push_back({Call::Kind::unlock, folder_});
}

}  // namespace inbound_sms::log
