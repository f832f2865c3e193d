#pragma once

#include <cstdint>
#include <optional>

#include "web/request.h"

namespace inbound_sms::web {

// Names one request under way; never used twice in the life of a gateway.
using Ticket = std::uint64_t;

// What stands behind a gateway. Called from the gateway's own thread only.
class Application {
 public:
  virtual ~Application() = default;

  // A whole request. Returns its response, or nothing: the response is then given later to the
  // gateway under this ticket.
  virtual std::optional<Response> handle(Ticket ticket, Request request) = 0;

  // The response to a request that has had no answer for too long; an answer that comes after
  // it is dropped by the gateway.
  virtual Response late(Ticket ticket) = 0;
};

}  // namespace inbound_sms::web
