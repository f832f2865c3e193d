#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quiet_report.h"
#include "web/application.h"
#include "web/connection.h"
#include "web/libfcgi_exchange.h"
#include "web/poller.h"
#include "web/request_framer.h"

namespace inbound_sms::web {

struct FastCgiLimits {
  std::size_t max_body = 256 * 1024;        // bytes; a larger body is read and thrown away
  std::size_t max_params = 128 * 1024;      // bytes of everything else kept for a request
  std::size_t max_held = 64 * 1024 * 1024;  // bytes of memory for all peers together
  // From the first byte of a request to its last, and from there to its answer: together below
  // the 15 s that Vonage waits.
  std::chrono::milliseconds request{6'000};
  std::chrono::milliseconds answer{8'000};
  std::chrono::milliseconds send{10'000};  // for a peer to take its answer
};

// The conversation with all peers that are connected: what they send is walked through, whole
// requests go to the application, answers go back, deadlines end what takes too long. For the
// gateway's thread.
//
// No peer can take what the others need:
//   memory       Buffers of one peer are bounded by FastCgiLimits (twice max_params and max_body:
//                texts double when they grow), one read of input and the replies to one read.
//                All peers together have max_held; beyond it the connection that holds most is
//                closed, whatever it waits for. So small requests pass while large ones fill it.
//   time         A turn of the loop reads once from a peer and serves one request of those that
//                it has sent ahead; the rest waits for the next turn.
//   descriptors  make_room().
// The web server answers 502 for a connection that is closed, and the message is sent again.
//
// The application is called from on_event(), resume() and expire() only, never from answer().
class Peers {
 public:
  // `poller` and `application` must outlive it.
  Peers(Poller& poller, Application& application, FastCgiLimits limits, std::size_t max_connections,
        Report report);

  // A new peer.
  void adopt(Descriptor socket);
  // False when `key` is no peer's (any more).
  bool on_event(Key key, std::uint32_t events);
  void answer(Ticket ticket, const Response& response);

  // Every turn of the loop: tell the time first, then what the events brought, then these two.
  void set_time(SteadyTime now) { now_ = now; }
  void resume();
  void expire();
  // When expire() or resume() has something to do next.
  std::optional<SteadyTime> next_deadline();

  // Closes the connection that has been silent for longest; where none is silent, the one whose
  // request has been unfinished, or whose answer has not been taken, for longest, from a second
  // on: a web server has sent and taken all by then. False when there is none of these; those
  // that came in this turn had no chance to say anything and are not silent.
  bool make_room();
  // Closes all that have no request in hand, now and from now on.
  void stop();

  std::size_t size() const { return connections_.size(); }
  QuietReport& report() { return report_; }

 private:
  void receive(Connection& connection);
  void peer_finished(Connection& connection);
  void walk(Connection& connection, std::string_view bytes);
  void act(Connection& connection, RequestFramer::Step step);
  void take_in_hand(Connection& connection);
  void respond(Connection& connection, const Response& response);
  void settle(Connection& connection);
  void bound_memory();
  bool watch_for(Connection& connection);
  void close(Connection& connection) { connections_.remove(connection); }

  std::chrono::milliseconds limit_of(Phase phase) const;  // of all but silent
  Connection* overdue(Phase phase);

  Poller& poller_;
  Application& application_;
  const FastCgiLimits limits_;
  const FramerLimits framer_limits_;
  QuietReport report_;
  LibfcgiExchange exchange_;
  Connections connections_;

  SteadyTime now_;            // of this turn of the loop
  std::uint64_t serial_ = 0;  // the last one given to a connection or a ticket
  bool stopping_ = false;

  std::vector<Key> ready_;   // connections to be resumed
  std::string read_buffer_;  // both reused for all connections
  std::string send_buffer_;
};

}  // namespace inbound_sms::web
