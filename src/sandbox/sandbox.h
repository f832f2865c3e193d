#pragma once

#include <string>

#include "base/result.h"
#include "sandbox/landlock.h"

namespace inbound_sms::sandbox {

// Gives up what the process does not need once it runs: new privileges (no_new_privs), all of the
// file system but these folders (Landlock), and all system calls but a list (seccomp). For good,
// and for all threads started from now on, so before there are any.
//
// Returns in words what is in force and what is not. What the kernel does not have, what somebody
// around us (a container, systemd) does not let us use, or what a failing disk prevents, does not
// stop the start: a message that is not received is the greater damage, and the words say it.
// Anything else that goes wrong is an Error, for nobody has seen it yet and whoever relies on the
// sandbox must not be left without it.
Result<std::string> enter(const Folders& allowed);

}  // namespace inbound_sms::sandbox
