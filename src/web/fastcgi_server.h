#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/descriptor.h"
#include "base/report.h"
#include "web/application.h"

namespace inbound_sms::web {

struct FastCgiLimits {
  std::size_t max_body = 256 * 1024;          // bytes; a larger body is read and thrown away
  std::size_t max_params = 128 * 1024;        // bytes of everything else kept for a request
  std::chrono::milliseconds request{10'000};  // from the first byte of a request to its last
  std::chrono::milliseconds answer{8'000};    // from a whole request to its answer
  std::chrono::milliseconds send{10'000};     // for a peer to take its answer
};

// The FastCGI gateway: one thread, epoll, non-blocking descriptors. It reads what peers send
// into buffers of its own and gives libfcgi whole, well-formed requests only, so libfcgi never
// waits for a peer and never sees a malformed record.
//
// run() belongs to one thread, and so do all other calls but stop(), which any thread and any
// signal handler may call.
class FastCgiServer {
 public:
  // Owns `listener` (a listening stream socket); `application` must outlive the server.
  // Throws std::runtime_error when epoll, eventfd or memfd cannot be had.
  FastCgiServer(Descriptor listener, Application& application, FastCgiLimits limits, Report report);
  ~FastCgiServer();

  // Calls `on_readable` from run() whenever `fd` (not owned) is readable. Before run() only.
  void watch(int fd, std::function<void()> on_readable);

  // The response of a request that handle() left open. Unknown tickets are ignored.
  void answer(Ticket ticket, const Response& response);

  // Serves until stop(): then takes no new request, lets those in hand finish, returns.
  void run();
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace inbound_sms::web
