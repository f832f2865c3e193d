#include "settings.h"

#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "log/log_pattern.h"

namespace inbound_sms {

namespace {

constexpr std::string_view kPrefix = "INBOUND_SMS_";
constexpr std::string_view kConfig = "INBOUND_SMS_CONFIG";
constexpr std::string_view kMethod = "INBOUND_SMS_SIGNATURE_METHOD";
constexpr std::string_view kSecrets = "INBOUND_SMS_SIGNATURE_SECRETS";
constexpr std::string_view kUnix = "unix:";

constexpr std::uint64_t kKibibyte = 1u << 10, kMebibyte = 1u << 20, kGibibyte = 1u << 30;

// What is kept of a body is up to 7.4 times as long (each byte written as \u0001, and all of them
// once more as base64), and 16 MiB of records may wait for their commit.
constexpr std::uint64_t kLeastBody = kKibibyte, kMostBody = 2 * kMebibyte;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> kSizes = {
    {{"", 1}, {"KiB", kKibibyte}, {"MiB", kMebibyte}, {"GiB", kGibibyte}}};
constexpr std::array<Unit, 4> kDurations = {{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
constexpr std::uint64_t kLongestDuration = 3650 * 86400ull;

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number, base);
  if (error != std::errc{} || end != text.end() || number < least || number > most)
    return std::nullopt;
  return number;
}

// "64KiB" or "72h": a whole number and one of the units.
template <class Units>
std::optional<std::uint64_t> parse_amount(std::string_view text, const Units& units,
                                          std::uint64_t least, std::uint64_t most) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const Unit& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    const auto number =
        parse_number<std::uint64_t>(text.substr(0, digits), 10, 0, most / unit.factor);
    if (!number || *number * unit.factor < least) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

bool is_file_path(std::string_view path) {
  return path.starts_with('/') && !path.ends_with('/');
}

bool is_host_and_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = address.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (!bracketed && host.find_first_of("[]:/ ") != std::string_view::npos) return false;
  return parse_number(address.substr(colon + 1), 10, 1u, 65535u).has_value();
}

bool is_address(std::string_view address) {
  if (!address.starts_with(kUnix)) return is_host_and_port(address);
  const std::string_view path = address.substr(kUnix.size());
  return is_file_path(path) && path.size() < sizeof(sockaddr_un::sun_path);
}

template <class To, class From>
bool assign(To& to, const std::optional<From>& from) {
  if (from) to = To(*from);
  return from.has_value();
}

bool assign_if(bool allowed, std::string& to, const std::string& value) {
  if (allowed) to = value;
  return allowed;
}

// One row of the README's table. `set` says whether the value is allowed.
struct Setting {
  std::string_view name;
  std::string_view allowed;
  bool (*set)(Settings& settings, const std::string& value);
};

constexpr std::string_view kAllowedPattern =
    "an absolute path of a file, in which %Y %m %d %H may stand, in this order and each at most "
    "once, with no gap (%m needs %Y before it), and no other %";

constexpr std::array<Setting, 11> kSettings = {{
    {"INBOUND_SMS_LOG", kAllowedPattern,
     [](Settings& to, const std::string& value) {
       return assign_if(bool(log::LogPattern::parse(value)), to.log, value);
     }},
    {"INBOUND_SMS_REJECTED", kAllowedPattern,
     [](Settings& to, const std::string& value) {
       return assign_if(bool(log::LogPattern::parse(value)), to.rejected, value);
     }},
    {"INBOUND_SMS_REJECTED_MAX", "a size up to 1024GiB, such as 65536, 64KiB, 64MiB or 1GiB",
     [](Settings& to, const std::string& value) {
       return assign(to.rejected_max, parse_amount(value, kSizes, 0, 1024 * kGibibyte));
     }},
    {"INBOUND_SMS_LISTEN",
     "unix:/path (absolute, at most 107 bytes) or host:port, such as 127.0.0.1:9000 or [::1]:9000",
     [](Settings& to, const std::string& value) {
       return assign_if(is_address(value), to.listen, value);
     }},
    {"INBOUND_SMS_LISTEN_MODE", "an octal mode from 0 to 0777, such as 0660",
     [](Settings& to, const std::string& value) {
       return assign(to.listen_mode, parse_number(value, 8, 0u, 0777u));
     }},
    {"INBOUND_SMS_STORE", "journal; this build has no PostgreSQL store",
     [](Settings& to, const std::string& value) {
       return assign_if(value == "journal", to.store, value);
     }},
    {"INBOUND_SMS_REMEMBER", "a duration from 1s to 3650d, such as 90s, 5m, 72h or 4d",
     [](Settings& to, const std::string& value) {
       return assign(to.remember, parse_amount(value, kDurations, 1, kLongestDuration));
     }},
    {"INBOUND_SMS_MAX_BODY", "a size from 1KiB to 2MiB, such as 262144, 256KiB or 1MiB",
     [](Settings& to, const std::string& value) {
       return assign(to.max_body, parse_amount(value, kSizes, kLeastBody, kMostBody));
     }},
    {kMethod, "md5hash, md5hmac, sha1hmac, sha256hmac, sha512hmac or token",
     [](Settings& to, const std::string& value) {
       return assign(to.signature_method, vonage::signature_method(value));
     }},
    {kSecrets, "the absolute path of a file",
     [](Settings& to, const std::string& value) {
       return assign_if(is_file_path(value), to.signature_secrets, value);
     }},
    {"INBOUND_SMS_SANDBOX", "on or off",
     [](Settings& to, const std::string& value) {
       to.sandbox = value == "on";
       return value == "on" || value == "off";
     }},
}};

Error config_error(std::string text) {
  return {EX_CONFIG, std::move(text)};
}

// What an error line shows of a value: a URI's user name and password stay out of logs, and so does
// a secret that stands where the path of its file or the method should.
std::string shown_value(const SettingsEntry& entry) {
  if (entry.name == kSecrets && !entry.value.starts_with('/')) return "...";
  if (entry.name == kMethod && !entry.value.empty()) return "...";
  const std::size_t scheme = entry.value.find("://");
  return scheme == std::string::npos ? entry.value : entry.value.substr(0, scheme) + "://...";
}

std::string shown(const SettingsEntry& entry) {
  return entry.name + "=" + shown_value(entry) + " (" + entry.where + ")";
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

bool has_control_character(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::vector<SettingsEntry> entries_of(const std::vector<std::string>& environment) {
  std::vector<SettingsEntry> entries;
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(kPrefix) || equals == std::string::npos) continue;
    std::string name = variable.substr(0, equals);
    if (name == kConfig) continue;  // says which file, and was heard before
    entries.push_back({std::move(name), variable.substr(equals + 1), "environment"});
  }
  return entries;
}

Status apply(const SettingsEntry& entry, Settings& settings) {
  const Setting& setting = *find_setting(entry.name);
  if (has_control_character(entry.value))
    return config_error(shown(entry) + ": a control character is in it; allowed is " +
                        std::string(setting.allowed));
  if (!setting.set(settings, entry.value))
    return config_error(shown(entry) + ": allowed is " + std::string(setting.allowed));
  return Done{};
}

// All names are checked; of a name that stands in both places the first entry counts.
Status apply_all(const std::vector<SettingsEntry>& entries, Settings& settings) {
  std::vector<std::string_view> done;
  for (const SettingsEntry& entry : entries) {
    if (find_setting(entry.name) == nullptr)
      return config_error(entry.name + " (" + entry.where +
                          "): no setting has this name; the README lists them all");
    if (std::count(done.begin(), done.end(), entry.name) > 0) continue;
    if (Status applied = apply(entry, settings); !applied) return applied;
    done.push_back(entry.name);
  }
  return Done{};
}

std::string folder_of(const std::string& pattern) {
  const std::filesystem::path folder(log::LogPattern::parse(pattern)->folder());
  return (folder / "").lexically_normal();  // always with a '/' at its end
}

Status check_rejected(Settings& settings) {
  const std::string folder = folder_of(settings.log);
  if (settings.rejected.empty()) settings.rejected = folder + "rejected/%Y-%m-%d.jsonl";
  if (folder_of(settings.rejected) != folder) return Done{};
  return config_error("INBOUND_SMS_REJECTED=" + settings.rejected + ": allowed is a path in " +
                      "another folder than the log's, " + folder +
                      " (each log has a lock and a .synced of its own)");
}

// A method without secrets would turn everything away, secrets without a method check nothing.
Status check_signatures(const Settings& settings) {
  if (settings.signature_method.has_value() != settings.signature_secrets.empty()) return Done{};
  if (settings.signature_method)
    return config_error(
        "INBOUND_SMS_SIGNATURE_METHOD=" + std::string(vonage::to_word(*settings.signature_method)) +
        ": allowed only together with INBOUND_SMS_SIGNATURE_SECRETS");
  return config_error("INBOUND_SMS_SIGNATURE_SECRETS=" + settings.signature_secrets +
                      ": allowed only together with INBOUND_SMS_SIGNATURE_METHOD");
}

}  // namespace

std::optional<vonage::ProofRules> proof_rules(const Settings& settings) {
  if (!settings.signature_method) return std::nullopt;
  return vonage::ProofRules{*settings.signature_method, settings.remember};
}

std::chrono::seconds time_to_remember(const Settings& settings) {
  constexpr std::chrono::hours kLongestRepeats{72};  // Vonage's, of a delivery receipt
  const std::chrono::seconds taken = settings.remember + std::chrono::minutes(10);
  return settings.signature_method ? taken + kLongestRepeats : taken;
}

Result<Settings> parse_settings(const std::vector<std::string>& environment,
                                const std::optional<SettingsFile>& file) {
  std::vector<SettingsEntry> entries = entries_of(environment);
  if (file) {
    const Result<std::vector<SettingsEntry>> lines = parse_settings_file(*file);
    if (!lines) return lines.error();
    entries.insert(entries.end(), lines->begin(), lines->end());
  }
  Settings settings;
  if (Status applied = apply_all(entries, settings); !applied) return applied.error();
  if (Status checked = check_rejected(settings); !checked) return checked.error();
  if (Status checked = check_signatures(settings); !checked) return checked.error();
  return settings;
}

Result<Settings> read_settings() {
  const char* config = std::getenv(std::string(kConfig).c_str());
  const Result<std::optional<SettingsFile>> file =
      find_settings_file(config ? std::optional<std::string>(config) : std::nullopt);
  if (!file) return file.error();
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable)
    environment.emplace_back(*variable);
  return parse_settings(environment, *file);
}

}  // namespace inbound_sms
