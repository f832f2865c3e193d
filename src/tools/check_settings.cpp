#include "tools/check_settings.h"

#include <algorithm>

namespace inbound_sms::tools {

namespace {

constexpr std::string_view kPrefix = "INBOUND_SMS_";

// The names that are set in the environment.
std::vector<std::string> names_of(const std::vector<std::string>& environment) {
  std::vector<std::string> names;
  for (const std::string& variable : environment)
    if (variable.starts_with(kPrefix)) names.push_back(variable.substr(0, variable.find('=')));
  return names;
}

}  // namespace

Remarks explain_settings(const std::vector<std::string>& environment,
                         const std::optional<SettingsFile>& file) {
  const std::vector<std::string> names = names_of(environment);
  Remarks remarks;
  for (const std::string& name : names)
    remarks.push_back({Verdict::ok, "setting: " + name + " from the environment"});
  const Result<std::vector<SettingsEntry>> entries =
      file ? parse_settings_file(*file) : std::vector<SettingsEntry>();
  if (!entries) return {{Verdict::fault, "settings: " + entries.error().text}};
  for (const SettingsEntry& entry : *entries) {
    if (std::count(names.begin(), names.end(), entry.name) == 0)
      remarks.push_back({Verdict::ok, "setting: " + entry.name + " from " + entry.where});
    else
      remarks.push_back({Verdict::warning, "setting: " + entry.name + " in " + entry.where +
                                               " does not count, the environment has it, too: "
                                               "take one of them out"});
  }
  if (remarks.empty())
    remarks.push_back(
        {Verdict::ok, "settings: all have their defaults; there is no settings file"});
  return remarks;
}

}  // namespace inbound_sms::tools
