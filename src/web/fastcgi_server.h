#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/report.h"
#include "web/application.h"
#include "web/peers.h"
#include "web/poller.h"

namespace inbound_sms::web {

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

  // Calls `on_readable` from run() whenever `fd` (not owned) is readable. Before run() only.
  void watch(int fd, std::function<void()> on_readable);

  // The response of a request that handle() left open. Unknown tickets are ignored.
  void answer(Ticket ticket, const Response& response) { peers_.answer(ticket, response); }

  // Serves until stop(): then takes no new request, lets those in hand finish, returns.
  void run();
  void stop();

 private:
  bool watch_input(int fd) { return poller_.control(EPOLL_CTL_ADD, fd, EPOLLIN, make_key(fd, 0)); }
  void dispatch(Key key, std::uint32_t events);
  int time_to_sleep();
  void begin_to_stop();

  void accept_some();
  bool accept_failed(int error);
  bool make_room();
  void pause_listening();
  bool listen_again();
  bool paused() const { return listener_ && !listening_; }

  const std::size_t most_connections_;
  Descriptor listener_;  // none when stopping
  Descriptor stop_event_;
  Poller poller_;
  Peers peers_;
  std::vector<std::pair<int, std::function<void()>>> watched_;

  SteadyTime now_ = std::chrono::steady_clock::now();  // of this turn of the loop
  bool somebody_comes_ = false;
  bool listening_ = false;
  SteadyTime listen_again_at_;  // while listening is paused
};

}  // namespace inbound_sms::web
