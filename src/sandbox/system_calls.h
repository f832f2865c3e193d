#pragma once

#include "base/result.h"

namespace inbound_sms::sandbox {

// Takes from this thread, and those that it will start, all system calls but those that a handler
// makes once it runs: on descriptors that it has, on files, memory, clocks and threads of its own.
// Everything else answers EPERM, or ENOSYS where libc knows another way. Nothing ends the process,
// for a new libc must not stop a receiver. Without a socket, bind, connect, exec, fork, ptrace,
// mount, or memory that can be executed and was not so before. A signal reaches nobody but itself.
//
// A store that needs the network (PostgreSQL) will need more: that is one more list here, and one
// more member of Folders.
//
// An Error with ENOSYS where it cannot be had: the kernel has no seccomp, or this machine is none
// of 64 bits, for which the list was made.
Status restrict_system_calls();

}  // namespace inbound_sms::sandbox
