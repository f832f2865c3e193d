#include "sandbox/sandbox.h"

#include <sys/prctl.h>

#include <cerrno>

#include "sandbox/system_calls.h"

namespace inbound_sms::sandbox {

namespace {

// EIO: not even the root folder can be opened, and it may be well again later.
bool not_to_be_had(const Error& why) {
  return why.number == ENOSYS || why.number == EOPNOTSUPP || why.number == EPERM ||
         why.number == EIO;
}

Result<std::string> enter_landlock(const Folders& allowed) {
  const Result<int> version = landlock_version();
  if (!version) return version.error();
  const Result<std::string> folders = restrict_files(allowed, *version);
  if (!folders) return folders.error();
  return "Landlock (ABI " + std::to_string(*version) + ") to " + *folders;
}

Result<std::string> enter_seccomp() {
  const Status done = restrict_system_calls();
  if (!done) return done.error();
  return std::string("system calls by seccomp");
}

// The words for a part, also where it is not to be had.
Result<std::string> part(const std::string& name, const Result<std::string>& entered) {
  if (entered || !not_to_be_had(entered.error())) return entered;
  return "no " + name + " (" + entered.error().text + ")";
}

}  // namespace

Result<std::string> enter(const Folders& allowed) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return system_error(errno, {"give up new privileges"});
  const Result<std::string> files = part("Landlock", enter_landlock(allowed));
  if (!files) return files;
  // The last: it takes the calls away with which the others are entered.
  const Result<std::string> calls = part("seccomp", enter_seccomp());
  if (!calls) return calls;
  return "no new privileges, " + *files + ", " + *calls;
}

}  // namespace inbound_sms::sandbox
