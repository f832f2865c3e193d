#include "confinement.h"

#include <sysexits.h>

#include <filesystem>
#include <vector>

#include "log/disk.h"
#include "log/log_pattern.h"
#include "log/open_log.h"
#include "process.h"
#include "sandbox/sandbox.h"

namespace inbound_sms {

namespace {

namespace fs = std::filesystem;

bool is_in(const std::string& folder, const std::string& above) {
  return folder == above || above == "/" || folder.starts_with(above + "/");
}

// The rejected log's is usually within the log's.
std::vector<std::string> log_folders(const Settings& settings) {
  std::vector<std::string> folders = {log::LogPattern::parse(settings.log)->folder()};
  const std::string rejected = log::LogPattern::parse(settings.rejected)->folder();
  if (!is_in(rejected, folders.front())) folders.push_back(rejected);
  return folders;
}

// The folder of the file, and that of the file to which it leads: it is replaced in either.
std::vector<std::string> secrets_folders(const std::string& path) {
  if (path.empty()) return {};
  std::vector<std::string> folders = {fs::path(path).parent_path()};
  std::error_code none;
  const std::string target = fs::canonical(path, none).parent_path();
  if (!none && target != folders.front()) folders.push_back(target);
  return folders;
}

}  // namespace

std::string confine(const Settings& settings) {
  if (!settings.sandbox) return "sandbox: off by INBOUND_SMS_SANDBOX; no core dumps";
  const sandbox::Folders allowed = {.logs = log_folders(settings),
                                    .readable = secrets_folders(settings.signature_secrets)};
  for (const std::string& folder : allowed.logs) {
    // Where this fails the log will, and will say why.
    (void)log::make_folders(log::posix_disk(), folder);
    log::keep_folders_above(folder);
  }
  const Result<std::string> entered = sandbox::enter(allowed);
  if (!entered)
    throw CannotStart(
        "sandbox: " + entered.error().text + "; INBOUND_SMS_SANDBOX=off starts without it",
        EX_IOERR);
  return "sandbox: " + *entered + "; no core dumps";
}

}  // namespace inbound_sms
