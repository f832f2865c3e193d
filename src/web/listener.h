#pragma once

#include <sys/types.h>

#include <string>

#include "base/descriptor.h"
#include "base/result.h"

namespace inbound_sms::web {

// True when `fd` is a socket that listens (SO_ACCEPTCONN): the way in which FastCGI programs
// are handed their socket on descriptor 0 (FastCGI specification section 2.2).
bool is_listening(int fd);

// Opens the socket that `address` names, "unix:/path" or "host:port" ("[::1]:9000" for IPv6);
// whoever takes it from a person checks its spelling.
// A unix socket gets `mode` before anybody can connect. A file in its place that is no socket,
// or a socket that somebody still answers on, is left alone and is an error; a dead one is
// replaced.
Result<Descriptor> listen_on(const std::string& address, mode_t mode);

}  // namespace inbound_sms::web
