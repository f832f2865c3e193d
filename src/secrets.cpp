#include "secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/descriptor.h"

namespace inbound_sms {

namespace {

constexpr std::size_t kLargest = 64 * 1024;  // bytes; more are not secrets

// A file's times advance in steps of some milliseconds: two changes within one step look like one.
constexpr std::chrono::seconds kStep{1};

// The handler's sandbox knows the folders that were there when it began (confinement.h).
constexpr char kDeniedHint[] =
    "; the handler's user must own it and be able to enter its folders, and where a folder or a "
    "link on the way is new, a handler that runs has to be started again";

Error refused(int exit_code, const std::string& path, std::string_view why) {
  return {exit_code, "the secrets in " + path + " are not taken: " + std::string(why)};
}

Error cannot_read(const std::string& path, int number) {
  const int exit_code = number == EACCES || number == EPERM     ? EX_NOPERM
                        : number == ENOENT || number == ENOTDIR ? EX_CONFIG
                                                                : EX_IOERR;
  return {exit_code, system_error(number, {"read the secrets in ", path}).text +
                         (number == EACCES ? kDeniedHint : "")};
}

Status check_owner(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return refused(EX_CONFIG, path, "it is not a file");
  if (file.st_uid != ::geteuid() && file.st_uid != 0)
    return refused(EX_NOPERM, path, "it belongs to another user");
  if ((file.st_mode & 077) != 0)
    return refused(EX_NOPERM, path, "others may read or change it; do chmod 600 on it");
  return Done{};
}

Result<std::string> read_all(const Descriptor& file, const std::string& path) {
  std::string text(kLargest + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, errno);
    if (got == 0) break;
    size += std::size_t(got);
  }
  if (size > kLargest) return refused(EX_CONFIG, path, "it has more than 64 KiB");
  text.resize(size);
  return text;
}

// What is wrong with one line, nothing for a secret.
std::string_view fault_in(std::string_view secret) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (secret.empty()) return "it is empty";
  if (secret.back() == '\r') return "it ends like a line of Windows, in a carriage return";
  if (std::any_of(secret.begin(), secret.end(), is_control)) return "it has a control character";
  if (secret.starts_with("\xef\xbb\xbf")) return "it begins with a byte order mark";
  if (secret.front() == ' ' || secret.back() == ' ') return "it begins or ends with a blank";
  return {};
}

Result<vonage::Secrets> parse_secrets(std::string_view text, const std::string& path) {
  vonage::Secrets secrets;
  while (!text.empty()) {
    const std::string_view secret = text.substr(0, text.find('\n'));
    if (const std::string_view fault = fault_in(secret); !fault.empty())
      return refused(EX_CONFIG, path,
                     "line " + std::to_string(secrets.size() + 1) + ": " + std::string(fault));
    secrets.emplace_back(secret);
    text.remove_prefix(std::min(secret.size() + 1, text.size()));
  }
  if (secrets.empty()) return refused(EX_CONFIG, path, "it is empty");
  return secrets;
}

}  // namespace

SecretsSource no_secrets() {
  static const vonage::Secrets none;
  return []() -> const vonage::Secrets& { return none; };
}

Result<vonage::Secrets> read_secrets(const std::string& path) {
  // Not to wait for a writer where somebody has put a pipe.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  const int why = errno;
  struct stat info;
  // Where the sandbox allows but a file to be read, what is none is not opened.
  if (!file && ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
    return refused(EX_CONFIG, path, "it is not a file");
  if (!file) return cannot_read(path, why);
  if (::fstat(file.get(), &info) != 0) return cannot_read(path, errno);
  if (Status checked = check_owner(path, info); !checked) return checked.error();
  const Result<std::string> text = read_all(file, path);
  if (!text) return text.error();
  return parse_secrets(*text, path);
}

SecretsFile::SecretsFile(std::string path, vonage::Secrets first, Report report)
    : path_(std::move(path)), report_(std::move(report)), secrets_(std::move(first)) {}

const vonage::Secrets& SecretsFile::current() {
  const Stamp stamp = stamp_of(path_);
  if (stamp == seen_ && settled_) return secrets_;
  // Before it is read: what changes meanwhile has another stamp, or one that is not settled.
  seen_ = stamp;
  settled_ = stamp.changed + kStep < system_clock().now();
  read_again();
  return secrets_;
}

void SecretsFile::read_again() {
  Result<vonage::Secrets> secrets = read_secrets(path_);
  if (!secrets) {
    if (secrets.error().text == complaint_) return;
    complaint_ = secrets.error().text;
    report_(complaint_ + "; those that were read before stay valid");
    return;
  }
  complaint_.clear();
  if (*secrets == secrets_) return;
  secrets_ = std::move(*secrets);
  report_("the secrets in " + path_ + " have changed: " + std::to_string(secrets_.size()) +
          (secrets_.size() == 1 ? " is valid" : " are valid"));
}

// All zeros where there is no file.
SecretsFile::Stamp SecretsFile::stamp_of(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return {};
  const auto since_1970 =
      std::chrono::seconds(info.st_ctim.tv_sec) + std::chrono::nanoseconds(info.st_ctim.tv_nsec);
  return {info.st_dev, info.st_ino, info.st_size,
          Time(std::chrono::floor<std::chrono::microseconds>(since_1970))};
}

}  // namespace inbound_sms
