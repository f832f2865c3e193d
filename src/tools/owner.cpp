#include "tools/owner.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>

namespace inbound_sms::tools {

std::string user_name(uid_t user) {
  const passwd* const entry = ::getpwuid(user);  // of one thread
  return "user " + (entry == nullptr ? std::to_string(user) : std::string(entry->pw_name));
}

namespace {

// Those of the owner as a user, whatever group the file has: by them the handler reaches its
// secrets. The file's own, where the owner has no name.
bool join_groups_of(const struct stat& file) {
  const passwd* const owner = ::getpwuid(file.st_uid);
  if (owner == nullptr) return ::setgroups(0, nullptr) == 0 && ::setgid(file.st_gid) == 0;
  return ::initgroups(owner->pw_name, owner->pw_gid) == 0 && ::setgid(owner->pw_gid) == 0;
}

}  // namespace

Status act_as_owner_of(const std::string& path) {
  struct stat file;
  if (::stat(path.c_str(), &file) != 0) return system_error(errno, {"look at ", path});
  if (file.st_uid == ::geteuid()) return Done{};
  if (::geteuid() != 0)
    return Error{EX_NOPERM, path + " belongs to " + user_name(file.st_uid) +
                                ": run this as that user, or as root"};
  if (!join_groups_of(file) || ::setuid(file.st_uid) != 0)
    return Error{EX_NOPERM, system_error(errno, {"become the owner of ", path}).text};
  return Done{};
}

Status leave_root_for(const std::string& folder) {
  struct stat there;
  if (::geteuid() != 0 || ::stat(folder.c_str(), &there) != 0) return Done{};
  return act_as_owner_of(folder);
}

Status check_is_own_file(const std::string& path) {
  struct stat file;
  if (::lstat(path.c_str(), &file) != 0) return system_error(errno, {"look at ", path});
  if (!S_ISREG(file.st_mode)) return Error{EX_NOPERM, path + " is not a regular file"};
  if (file.st_uid != ::geteuid())
    return Error{EX_NOPERM, path + " belongs to " + user_name(file.st_uid) + ", this runs as " +
                                user_name(::geteuid()) +
                                ": run it as that user, or chown the file"};
  return Done{};
}

}  // namespace inbound_sms::tools
