#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "log/disk.h"
#include "log/log_pattern.h"
#include "log/synced_mark.h"
#include "tools/diagnosis.h"

namespace inbound_sms::tools {

// What `.synced` says of this file of the log; nothing where it speaks of another file or of
// another boot.
Result<std::optional<log::SyncedMark>> mark_of(log::Disk& disk, const log::LogPattern& pattern,
                                               const std::string& path, log::FileId id);

// Looks at a file of a log to which others may be writing, without their lock. As all our readers
// do, it stops at the synced length: what lies behind is not acknowledged yet, and may go again.
// A file that is shorter than that has a finding for it.
Result<Diagnosis> verify(log::Disk& disk, const log::LogPattern& pattern, const std::string& path);

// The same of a file that was listed, also where it got another name since, which `file` has then.
// Nothing where it is none of the log's any more, as log rotation compresses or removes files.
Result<std::optional<Diagnosis>> verify_listed(log::Disk& disk, const log::LogPattern& pattern,
                                               log::LogFile& file);

// The same of a file that somebody names. `log` is the one to which it belongs; null: it is looked
// at as it is. An Error where it is no regular file: what is read from a pipe has no size to stop
// at.
Result<Diagnosis> verify_file(log::Disk& disk, const log::LogPattern* log, const std::string& path);

}  // namespace inbound_sms::tools
