#include "settings_file.h"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string_view>

#include "base/descriptor.h"

namespace inbound_sms {

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kMostBytes = 1 << 20;  // of a settings file; a real one has a few hundred

Error config_error(std::string text) {
  return {EX_CONFIG, std::move(text)};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Result<SettingsEntry> parse_line(std::string_view line, std::string where) {
  const std::size_t equals = line.find('=');
  // What stands there is not shown: it may be a secret that went astray.
  if (equals == std::string_view::npos)
    return config_error(where + ": it is neither NAME=value nor # comment");
  return SettingsEntry{std::string(trimmed(line.substr(0, equals))),
                       std::string(trimmed(line.substr(equals + 1))), std::move(where)};
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() <= kMostBytes) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return config_error(system_error(errno, {"read settings file ", path}).text);
    text.append(buffer.data(), std::size_t(got));
  }
  return config_error("settings file " + path + ": larger than 1MiB, which no settings file is");
}

// Nothing where no such file is.
Result<std::optional<SettingsFile>> read_file(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::optional<SettingsFile>();
  if (!fd) return config_error(system_error(errno, {"open settings file ", path}).text);
  Result<std::string> text = read_all(fd.get(), path);
  if (!text) return text.error();
  return std::optional<SettingsFile>({path, std::move(*text)});
}

// By the kernel's word: argv[0] is the caller's, and under CGI it may be anything.
Result<std::string> own_folder() {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlink("/proc/self/exe", target.data(), target.size());
  if (length < 0)
    return config_error(system_error(errno, {"find the program's own folder"}).text +
                        "; INBOUND_SMS_CONFIG can name the settings file instead");
  const std::string path(target.data(), std::size_t(length));
  return path.substr(0, path.rfind('/'));
}

Result<std::optional<SettingsFile>> read_named_file(const std::string& path) {
  const std::string setting = "INBOUND_SMS_CONFIG=" + path + " (environment)";
  if (!path.starts_with('/')) return config_error(setting + ": allowed is an absolute path");
  Result<std::optional<SettingsFile>> file = read_file(path);
  if (file && !*file) return config_error(setting + ": there is no such file");
  return file;
}

}  // namespace

Result<std::vector<SettingsEntry>> parse_settings_file(const SettingsFile& file) {
  std::vector<SettingsEntry> entries;
  std::string_view rest = file.text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;

    Result<SettingsEntry> entry = parse_line(line, file.path + ", line " + std::to_string(number));
    if (!entry) return entry.error();
    for (const SettingsEntry& earlier : entries) {
      if (earlier.name != entry->name) continue;
      return config_error(entry->where + ": " + entry->name + " stands there for the second time");
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::optional<SettingsFile>> find_settings_file(const std::optional<std::string>& config) {
  if (config) return read_named_file(*config);
  const Result<std::string> folder = own_folder();
  if (!folder) return folder.error();
  Result<std::optional<SettingsFile>> beside = read_file(*folder + "/inbound-sms.conf");
  if (!beside || *beside) return beside;
  return read_file("/etc/inbound-sms.conf");
}

}  // namespace inbound_sms
