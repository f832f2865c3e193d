#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace inbound_sms {

// A settings file as it was read.
struct SettingsFile {
  std::string path;
  std::string text;
};

// One `NAME=value`, and where it stands: "environment" or "/etc/inbound-sms.conf, line 3".
struct SettingsEntry {
  std::string name;
  std::string value;
  std::string where;
};

// The lines of a settings file: `NAME=value`, where `#` begins a comment line and nothing is
// quoted. Blanks around the name and at both ends of the value do not count, nor does a carriage
// return at the end of a line. A line of another shape, or a name that stands twice, is an Error.
Result<std::vector<SettingsEntry>> parse_settings_file(const SettingsFile& file);

// The file that `config` (the value of INBOUND_SMS_CONFIG) names, which must be there; where
// that is not set, inbound-sms.conf in the program's own folder, else /etc/inbound-sms.conf, else
// none. A file that is there and cannot be read is an Error.
Result<std::optional<SettingsFile>> find_settings_file(const std::optional<std::string>& config);

}  // namespace inbound_sms
