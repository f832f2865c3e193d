#include "log/log_pattern.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

namespace inbound_sms::log {

namespace {

constexpr std::string_view kConversions = "YmdH";
constexpr std::array<std::string_view, 8> kCompressed = {".gz",  ".bz2",  ".xz", ".zst",
                                                         ".lz4", ".lzma", ".Z",  ".zip"};

// A file that is renamed while its folder is read may be missed, or be gone when it is looked at:
// what is listed is what two readings in a row agree on, of so many at most.
constexpr int kReadings = 20;

std::size_t width_of(char conversion) {
  return conversion == 'Y' ? 4 : 2;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The numbers in a file's name, in the order of kConversions; those without a conversion keep
// the smallest value.
struct Fields {
  std::array<int, 4> values = {0, 1, 1, 0};
  std::size_t length = 0;  // of the name as the pattern made it
};

// Reads `path` along the pattern; nothing where they differ.
std::optional<Fields> match(std::string_view pattern, std::string_view path) {
  Fields fields;
  std::size_t at = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      if (at >= path.size() || path[at++] != pattern[i]) return std::nullopt;
      continue;
    }
    const char conversion = pattern[++i];
    const std::string_view digits = path.substr(std::min(at, path.size()), width_of(conversion));
    if (digits.size() != width_of(conversion) ||
        !std::all_of(digits.begin(), digits.end(), is_digit))
      return std::nullopt;
    int value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    fields.values[kConversions.find(conversion)] = value;
    at += digits.size();
  }
  fields.length = at;
  [[maybe_unused]] const auto [year, month, day, hour] = fields.values;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23) return std::nullopt;
  return fields;
}

// A suffix as log rotation adds one. A name that merely begins like ours is somebody else's.
bool is_suffix_of_a_log(std::string_view suffix) {
  if (!suffix.empty() && suffix[0] != '.' && suffix[0] != '-') return false;
  if (suffix.find('/') != std::string_view::npos) return false;
  if (suffix.find(".torn-") != std::string_view::npos) return false;
  return std::none_of(kCompressed.begin(), kCompressed.end(),
                      [&](std::string_view ending) { return suffix.ends_with(ending); });
}

// The number that log rotation puts behind a name, as in "x.2"; 0 where there is none.
unsigned rotation_number(const LogFile& file) {
  const std::string_view suffix = std::string_view(file.path).substr(file.base.size());
  unsigned number = 0;
  if (!suffix.starts_with('.')) return 0;
  const auto [end, error] = std::from_chars(suffix.begin() + 1, suffix.end(), number);
  return error == std::errc() && end == suffix.end() ? number : 0;
}

// By base; then renamed files before the one under its own name, "x.2" before "x.1" and
// "x-20261124" before "x-20261125", as log rotation names older and newer ones.
bool is_older(const LogFile& a, const LogFile& b) {
  if (a.base != b.base) return a.base < b.base;
  if (a.renamed() != b.renamed()) return a.renamed();
  const unsigned number_of_a = rotation_number(a), number_of_b = rotation_number(b);
  return number_of_a != number_of_b ? number_of_a > number_of_b : a.path < b.path;
}

bool is_same(const LogFile& a, const LogFile& b) {
  return a.path == b.path && a.id == b.id;
}

Error wrong(std::string_view pattern, const std::string& why) {
  return {0, "'" + std::string(pattern) + "' cannot name log files: " + why};
}

// The conversions of a pattern, "YmdH" or the start of it.
Result<std::string> conversions_of(std::string_view pattern) {
  std::string found;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    const std::string_view conversion = pattern.substr(i + 1, 1);
    if (conversion.empty() || kConversions.find(conversion) == std::string_view::npos)
      return wrong(pattern, "only %Y %m %d %H are known");
    if (found.size() >= kConversions.size() || conversion[0] != kConversions[found.size()])
      return wrong(pattern, "the conversions are %Y %m %d %H, in this order, each once, no gap");
    found += conversion;
    ++i;
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<File>> open_listed(Disk& disk, const LogFile& file, Disk::Open how) {
  Result<std::unique_ptr<File>> there = disk.open(file.path, how);
  if (!there) return there;
  const Result<FileInfo> info = (*there)->info();
  if (!info) return info.error();
  if (info->id != file.id) return system_error(ENOENT, {"open ", file.path, " as it was listed"});
  return there;
}

std::string torn_path(const std::string& path, Time time) {
  std::string when = to_iso(time);  // "20261124T073012.345678Z"
  std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
  return path + ".torn-" + when;
}

Result<LogPattern> LogPattern::parse(std::string_view pattern) {
  if (!pattern.starts_with('/')) return wrong(pattern, "the path must begin with '/'");
  if (pattern.ends_with('/')) return wrong(pattern, "it names a folder, not a file");
  Result<std::string> conversions = conversions_of(pattern);
  if (!conversions) return conversions.error();
  const std::size_t slash = pattern.substr(0, pattern.find('%')).rfind('/');
  std::string folder(pattern.substr(0, slash == 0 ? 1 : slash));
  return LogPattern(std::string(pattern), std::move(folder), std::move(*conversions));
}

std::string LogPattern::path_at(Time time) const {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const std::array<unsigned, 4> values = {unsigned(int(date.year())), unsigned(date.month()),
                                          unsigned(date.day()),
                                          unsigned(floor<hours>(time - day).count())};
  std::string path;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    if (pattern_[i] != '%') {
      path += pattern_[i];
      continue;
    }
    const char conversion = pattern_[++i];
    char digits[16];
    std::snprintf(digits, sizeof digits, "%0*u", int(width_of(conversion)),
                  values[kConversions.find(conversion)]);
    path += digits;
  }
  return path;
}

Time LogPattern::end_of(std::string_view base) const {
  using namespace std::chrono;
  const std::optional<Fields> fields = match(pattern_, base);
  if (!fields || conversions_.empty()) return Time::max();
  const auto& [year_of, month_of, day_of, hour_of] = fields->values;
  const year_month_day date{year(year_of), month(unsigned(month_of)), day(unsigned(day_of))};
  switch (conversions_.back()) {
    case 'Y':
      return sys_days(date + years(1));
    case 'm':
      return sys_days(date + months(1));
    case 'd':
      return sys_days(date) + days(1);
    default:
      return sys_days(date) + hours(hour_of + 1);
  }
}

std::optional<std::string> LogPattern::base_of(std::string_view path) const {
  const std::optional<Fields> fields = match(pattern_, path);
  if (!fields || !is_suffix_of_a_log(path.substr(fields->length))) return std::nullopt;
  return std::string(path.substr(0, fields->length));
}

Result<std::vector<LogFile>> LogPattern::list(const Disk& disk) const {
  Result<std::vector<LogFile>> before = list_once(disk);
  for (int readings = 1; before || before.error().number == ENOENT; ++readings) {
    if (readings == kReadings)
      return Error{EAGAIN, "list " + folder_ + ": its files are renamed all the time"};
    Result<std::vector<LogFile>> files = list_once(disk);
    const bool agree =
        before && files &&
        std::equal(before->begin(), before->end(), files->begin(), files->end(), is_same);
    if (agree) return files;
    before = std::move(files);
  }
  return before;
}

Result<std::vector<LogFile>> LogPattern::list_once(const Disk& disk) const {
  std::vector<LogFile> files;
  const Status listed = list_folder(disk, folder_, files);
  if (!listed) return listed.error();
  std::sort(files.begin(), files.end(), is_older);
  return files;
}

// Others' folders may stand beside ours, and we need not be allowed to look into them.
bool LogPattern::has_folder(std::string_view path) const {
  std::size_t end = 0;  // of the pattern's part that is as deep as the path
  for (auto slashes = std::count(path.begin(), path.end(), '/'); slashes >= 0; --slashes)
    end = std::min(pattern_.find('/', end), pattern_.size()) + 1;
  if (end > pattern_.size()) return false;
  const std::optional<Fields> fields = match(std::string_view(pattern_).substr(0, end - 1), path);
  return fields && fields->length == path.size();
}

Status LogPattern::list_folder(const Disk& disk, const std::string& folder,
                               std::vector<LogFile>& files) const {
  const Result<std::vector<std::string>> names = disk.list(folder);
  if (!names) return names.error().number == ENOENT ? Status(Done{}) : names.error();
  for (const std::string& name : *names) {
    const std::string path = (folder == "/" ? "" : folder) + "/" + name;
    if (name.ends_with('/')) {
      const std::string below_it = path.substr(0, path.size() - 1);
      if (!has_folder(below_it)) continue;
      const Status below = list_folder(disk, below_it, files);
      if (!below) return below;
      continue;
    }
    std::optional<std::string> base = base_of(path);
    if (!base) continue;
    const Result<FileInfo> info = disk.look(path);
    if (!info) return info.error();
    files.push_back({path, std::move(*base), info->id, info->size});
  }
  return Done{};
}

}  // namespace inbound_sms::log
