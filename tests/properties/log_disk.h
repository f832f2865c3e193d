#pragma once

#include <string>
#include <string_view>

#include "log/fake_disk.h"
#include "log/log_pattern.h"

namespace inbound_sms::properties {

inline const std::string kLogPath = "/log/a.jsonl";

// Of a log that is one file.
inline log::LogPattern log_pattern() {
  return *log::LogPattern::parse(kLogPath);
}

// A disk on which that file holds these bytes.
inline log::FakeDisk disk_with_log(std::string_view bytes) {
  log::FakeDisk disk;
  (void)disk.make_folder("/log");
  disk.put(kLogPath, bytes);
  return disk;
}

}  // namespace inbound_sms::properties
