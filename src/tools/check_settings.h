#pragma once

#include <optional>
#include <string>
#include <vector>

#include "settings_file.h"
#include "tools/remark.h"

namespace inbound_sms::tools {

// Where each setting comes from that is not its default. Pure; the settings are known to be right.
Remarks explain_settings(const std::vector<std::string>& environment,
                         const std::optional<SettingsFile>& file);

}  // namespace inbound_sms::tools
