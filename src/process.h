#pragma once

#include <stdexcept>
#include <string>

#include "base/descriptor.h"

namespace inbound_sms {

// An exception for a start that cannot go on: the line for the administrator and the exit code.
struct CannotStart : std::runtime_error {
  CannotStart(const std::string& why, int code) : std::runtime_error(why), exit_code(code) {}
  int exit_code;
};

// Who started the handler, and so what it is.
enum class Start {
  fastcgi_on_stdin,       // descriptor 0 is a listening socket
  cgi,                    // one request, in the environment and on descriptor 0
  fastcgi_on_own_socket,  // INBOUND_SMS_LISTEN
  by_hand,                // none of these: a person who needs to be told
};

// `has_address`: INBOUND_SMS_LISTEN is set. Arguments are no part of it: a web server may make
// them from a query string (RFC 3875 section 4.4).
Start how_started(bool has_address);

// What the handler needs of its process: not setuid (CannotStart), no core dumps, files for its
// user alone, errors of write(2) instead of signals, all three standard descriptors taken, and as
// many others as it may have. Before any thread.
void prepare_process();

// Blocks the signals that end the program, in this and all later threads, and makes them
// readable instead (signalfd(2)): work in hand is not interrupted by them.
Descriptor signals_as_descriptor();

// For a CGI process: what a web server sends to its whole group when it is reloaded is not meant
// for one that answers a request and ends by itself.
void ignore_signals_to_the_group();

// Takes the listener off descriptor 0, so that nothing else can be mistaken for it there.
Descriptor take_stdin();

}  // namespace inbound_sms
