#pragma once

#include <string>

namespace inbound_sms::testing {

// A TCP port of 127.0.0.1 that nobody listens on now. Somebody else may take it before its user
// does: who needs it tries another one then.
int free_port();

// True when somebody accepts connections at "unix:/path" or "127.0.0.1:port".
bool accepts(const std::string& address);

}  // namespace inbound_sms::testing
