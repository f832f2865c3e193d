#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "log/disk.h"

namespace inbound_sms::log {

// What `.synced` says: up to where which file is known to be on disk. It is written after every
// sync and before any answer, and never synced itself: a reader trusts it only within the boot
// that wrote it, and if it is missing nothing is lost but speed.
//
// One line of text, "BOOT INODE LENGTH NAME CRC\n": the boot's id, the file's inode, the bytes
// known to be on disk (20 digits), its path below the log's folder, and the CRC-32 of all that.
struct SyncedMark {
  std::string boot;
  FileId id;
  std::uint64_t length = 0;
  std::string name;

  bool operator==(const SyncedMark&) const = default;
};

std::string to_text(const SyncedMark& mark);

// Nothing for a text that is damaged, of another shape, or only half written.
std::optional<SyncedMark> mark_from_text(std::string_view text);

std::string synced_mark_path(const std::string& folder);

// Reads the folder's mark: nothing where there is none or where it makes no sense. An Error
// where the file is there and cannot be read.
Result<std::optional<SyncedMark>> read_mark(Disk& disk, const std::string& folder);

// Writes it over the old one. On failure the old one may be damaged, never changed for another
// valid one.
Status write_mark(Disk& disk, const std::string& folder, const SyncedMark& mark);

}  // namespace inbound_sms::log
