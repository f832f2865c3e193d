#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "web/application.h"
#include "web/libfcgi_exchange.h"
#include "web/poller.h"
#include "web/request_framer.h"

namespace inbound_sms::web {

using SteadyTime = std::chrono::steady_clock::time_point;

// What a connection waits for. `silent` waits without a deadline, at no cost but its memory.
enum class Phase : std::uint8_t { silent, reading, in_hand, sending };
constexpr std::size_t kPhases = 4;

// One peer. An idle connection keeps no buffer.
struct Connection : boost::intrusive::list_base_hook<> {
  Connection(Descriptor peer, Key name, const FramerLimits& limits)
      : socket(std::move(peer)), key(name), framer(limits) {}

  Phase wanted_phase() const;
  // Reads only when what was read before has been dealt with, so that the bytes kept for a peer
  // are bounded by what one read brings.
  bool wants_input() const { return output.empty() && pending.empty() && !peer_finished; }
  // True when bytes that were kept back can be walked through.
  bool resumable() const { return !pending.empty() && output.empty() && !framer.waiting(); }
  // The memory that this peer's buffers and its request in hand take, in bytes, at most.
  std::size_t held_bytes() const;

  // Sends what can be sent at once and keeps the rest; a peer that is gone makes it `dead`.
  void send(std::string_view bytes);
  // Sends what was kept.
  void flush() { send(std::exchange(output, {})); }

  Descriptor socket;
  Key key;
  RequestFramer framer;

  Phase phase = Phase::silent;
  SteadyTime since;            // when it entered its phase
  std::uint32_t interest = 0;  // what epoll was asked for

  Ticket ticket = 0;  // of the request in hand; 0: none
  HeldRequest held;
  std::size_t held_params = 0;  // bytes of PARAMS that `held` may hold a copy of
  bool keep = true;             // the peer closes, FCGI_KEEP_CONN
  bool peer_finished = false;   // nothing more will come (SHUT_WR)
  bool close_when_sent = false;
  bool dead = false;

  std::string pending;  // bytes that wait behind a request in hand or behind unsent output
  std::string output;   // records that the peer has not taken yet

  std::size_t noted_bytes = 0;  // held_bytes() when Connections last looked
};

// All connections: owned, found by key, in the order in which they entered their phase, so that
// the next deadline is looked up in constant time, and in the order of the memory that they hold.
class Connections {
 public:
  Connection& add(Descriptor socket, Key key, const FramerLimits& limits, SteadyTime now);
  void remove(Connection& connection);
  // Nothing when the connection with this key is gone.
  Connection* find(Key key);
  Connection* with_ticket(Ticket ticket);
  // Moves to `phase`; staying in a phase does not renew the time.
  void enter(Connection& connection, Phase phase, SteadyTime now);
  // The one that has been in `phase` for longest; nothing when there is none.
  Connection* oldest(Phase phase) { return list(phase).empty() ? nullptr : &list(phase).front(); }
  // Looks how much memory the connection holds now.
  void note_held(Connection& connection);
  // What all hold together, in bytes, as far as it has been noted.
  std::size_t held_bytes() const { return held_bytes_; }
  // The one that holds most, of several the oldest. Only when any holds something.
  Connection& largest() { return *at(~by_held_.rbegin()->second); }
  std::size_t size() const { return size_; }

 private:
  // Bytes, and the complement of the key: the oldest of those that hold the same comes last.
  using Holding = std::pair<std::size_t, Key>;
  static Holding holding_of(const Connection& connection) {
    return {connection.noted_bytes, ~connection.key};
  }

  using List = boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;
  Connection* at(Key key);  // whoever has the descriptor of `key`
  List& list(Phase phase) { return lists_[std::size_t(phase)]; }

  std::vector<std::unique_ptr<Connection>> by_fd_;
  std::array<List, kPhases> lists_;
  std::set<Holding> by_held_;  // of those that hold any
  std::size_t held_bytes_ = 0;
  std::size_t size_ = 0;
};

}  // namespace inbound_sms::web
