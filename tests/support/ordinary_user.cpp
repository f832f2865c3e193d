#include "support/ordinary_user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <stdexcept>

namespace inbound_sms::testing {

OrdinaryUser ordinary_user() {
  if (::geteuid() != 0) return {::geteuid(), ::getegid()};
  const passwd* nobody = ::getpwnam("nobody");
  if (nobody == nullptr) throw std::runtime_error("there is no user called nobody");
  return {nobody->pw_uid, nobody->pw_gid};
}

bool become(OrdinaryUser user) {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0;
}

}  // namespace inbound_sms::testing
