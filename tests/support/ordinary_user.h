#pragma once

#include <sys/types.h>

namespace inbound_sms::testing {

struct OrdinaryUser {
  uid_t uid;
  gid_t gid;
};

// Whom the tests start servers as: the user that runs them, or `nobody` when that is root, for
// whom permissions would mean nothing.
OrdinaryUser ordinary_user();

// Becomes that user for good. Async-signal-safe, for use after fork(); false when it failed.
bool become(OrdinaryUser user);

}  // namespace inbound_sms::testing
