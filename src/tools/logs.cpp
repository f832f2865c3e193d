#include "tools/logs.h"

#include <algorithm>
#include <filesystem>

#include "settings.h"
#include "tools/arguments.h"

namespace inbound_sms::tools {

Result<std::vector<log::LogPattern>> logs_for(std::string_view command,
                                              const std::optional<std::string>& given) {
  std::vector<log::LogPattern> logs;
  if (given) {
    const Result<log::LogPattern> pattern = log::LogPattern::parse(*given);
    if (!pattern) return usage_error(command, "--log: " + pattern.error().text);
    logs.push_back(*pattern);
    return logs;
  }
  const Result<Settings> settings = read_settings();
  if (!settings) return settings.error();
  for (const std::string& text : {settings->log, settings->rejected}) {
    const Result<log::LogPattern> pattern = log::LogPattern::parse(text);
    if (!pattern) return pattern.error();
    logs.push_back(*pattern);
  }
  return logs;
}

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal();
}

const log::LogPattern* log_of(const std::vector<log::LogPattern>& logs, const std::string& path) {
  const auto found = std::find_if(logs.begin(), logs.end(), [&](const log::LogPattern& pattern) {
    return pattern.base_of(path).has_value();
  });
  return found == logs.end() ? nullptr : &*found;
}

}  // namespace inbound_sms::tools
