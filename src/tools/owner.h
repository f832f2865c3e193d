#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace inbound_sms::tools {

// For a person: "user www-data", or the number of one that has no name.
std::string user_name(uid_t user);

// What a command writes has to belong to whom the log belongs to, or the handler cannot use it.
// Root becomes the owner of this file, for good; for anybody else but the owner it is an Error,
// whose number is EX_NOPERM (77).
Status act_as_owner_of(const std::string& path);

// Before root only reads a log: becomes the owner of its folder, where that is there. Who may write
// in it could have put a link to root's file there. Nothing for anybody else.
Status leave_root_for(const std::string& folder);

// Done where the path is a regular file, and no link to one, of the user that runs this. Else an
// Error in words, with EX_NOPERM; or of the system, where it cannot be looked at.
Status check_is_own_file(const std::string& path);

}  // namespace inbound_sms::tools
