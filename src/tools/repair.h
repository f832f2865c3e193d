#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "log/disk.h"
#include "log/log_pattern.h"
#include "tools/diagnosis.h"

namespace inbound_sms::tools {

struct RepairOptions {
  bool dry_run = false;        // only says what would be done: takes no lock, makes no file
  bool keep_unproven = false;  // keeps whole records of which nothing shows that they are sound
};

struct Repair {
  Diagnosis diagnosis;      // of the file as it was
  std::uint64_t kept = 0;   // lines
  std::uint64_t moved = 0;  // lines
  std::uint64_t torn = 0;   // bytes of a torn end, which are moved, too
  std::string aside;        // where to; empty: nothing is moved
};

// Whether a line with this finding stays in the file.
bool is_kept(const Finding& finding, const RepairOptions& options);

// Puts one file of a log right. Every line whose message is proven stays, in its place and with
// its body as it is; where the chain was broken, crcs are computed anew. All other bytes are moved
// to torn_path(). A file without a finding is left alone.
//
// It holds the folder's lock: handlers wait meanwhile, and go on with the new file. That one is
// written and synced beside the old one, as NAME.torn-repair, and then takes its name; so is the
// file of what was moved, before. A process that dies, or a power cut, leaves the old file or the
// new one whole. Nothing else must rename files of the log meanwhile.
//
// The new file belongs to the user that runs this, with mode 0600.
Result<Repair> repair(log::Disk& disk, const log::LogPattern& pattern, const std::string& path,
                      Time now, const RepairOptions& options);

}  // namespace inbound_sms::tools
