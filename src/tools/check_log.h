#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "log/disk.h"
#include "log/log_pattern.h"
#include "tools/remark.h"

namespace inbound_sms::tools {

// The nearest folder above `folder`, or it itself, that is there.
std::string existing_folder(const std::string& folder);

// Whether this process may write in the folder (or make it), whose it and the files of the log
// are, and whether others may read them.
Remarks check_permissions(log::Disk& disk, const log::LogPattern& log);

// `.synced`, and the lines of the newest file.
Remarks check_lines(log::Disk& disk, const log::LogPattern& log);

// How full the rejected log is: beyond `most` bytes it takes nothing more.
Remark check_rejected(log::Disk& disk, const log::LogPattern& rejected, std::uint64_t most);

// Whether the time can be right: names of files, and what counts as a repeat, depend on it. Pure.
Remark judge_clock(Time now);

}  // namespace inbound_sms::tools
