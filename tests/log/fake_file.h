#pragma once

#include <string>
#include <string_view>

#include "log/fake_disk.h"

namespace inbound_sms::log {

// A file that is open on a FakeDisk, which must outlive it.
class FakeFile final : public File {
 public:
  FakeFile(FakeDisk& disk, FakeVolume::Index node, std::string path, bool writable);
  ~FakeFile() override;

  Result<std::size_t> read_into(std::span<char> into, std::uint64_t offset) const override;
  Status write_at(std::uint64_t offset, std::string_view bytes) override;
  Status sync() override;
  Status truncate(std::uint64_t size) override;
  Result<FileInfo> info() const override;

 private:
  Status enter(Call::Kind kind) const;
  void must_be_usable(bool for_writing) const;

  FakeDisk& disk_;
  const FakeVolume::Index node_;
  const std::string path_;
  const bool writable_;
  const unsigned boot_;
};

// The lock of a folder of a FakeDisk, which must outlive it.
class FakeLock final : public Lock {
 public:
  FakeLock(FakeDisk& disk, std::string folder);
  ~FakeLock() override;

 private:
  FakeDisk& disk_;
  const std::string folder_;
  const unsigned boot_;
};

}  // namespace inbound_sms::log
