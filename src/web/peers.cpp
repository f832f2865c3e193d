#include "web/peers.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace inbound_sms::web {

using std::chrono::milliseconds;
using Step = RequestFramer::Step;

constexpr std::size_t kReadSize = 64 * 1024;  // one read from a peer

// Who is closed when descriptors run out, and how long it must have been so: in this order.
constexpr std::array<std::pair<Phase, SteadyTime::duration>, 3> kWhoMakesRoom = {
    {{Phase::silent, SteadyTime::duration{1}},
     {Phase::reading, milliseconds{1000}},
     {Phase::sending, milliseconds{1000}}}};

Peers::Peers(Poller& poller, Application& application, FastCgiLimits limits,
             std::size_t max_connections, Report report)
    : poller_(poller),
      application_(application),
      limits_(limits),
      framer_limits_{limits.max_params, limits.max_body, max_connections},
      report_(std::move(report)),
      now_(std::chrono::steady_clock::now()),
      read_buffer_(kReadSize, '\0') {}

void Peers::adopt(Descriptor socket) {
  const int fd = socket.get();
  const Key key = make_key(fd, ++serial_);
  Connection& connection = connections_.add(std::move(socket), key, framer_limits_, now_);
  connection.interest = EPOLLIN;
  if (!poller_.control(EPOLL_CTL_ADD, fd, EPOLLIN, key)) close(connection);
}

bool Peers::on_event(Key key, std::uint32_t events) {
  Connection* connection = connections_.find(key);
  if (connection == nullptr) return false;
  // While a request is read, a hang-up shows behind its last bytes; later on nobody is left to
  // answer.
  const bool hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0;
  if (hung_up && (connection->ticket != 0 || !connection->wants_input())) {
    connection->dead = true;
  } else if ((events & EPOLLOUT) != 0) {
    connection->flush();
  } else if (connection->wants_input()) {
    receive(*connection);
    return true;
  }
  settle(*connection);
  return true;
}

void Peers::answer(Ticket ticket, const Response& response) {
  Connection* connection = connections_.with_ticket(ticket);
  if (connection == nullptr) return;
  respond(*connection, response);
  settle(*connection);
}

void Peers::resume() {
  for (const Key key : std::exchange(ready_, {})) {
    Connection* connection = connections_.find(key);
    if (connection == nullptr || !connection->resumable()) continue;
    const std::string bytes = std::exchange(connection->pending, std::string());
    walk(*connection, bytes);
  }
}

void Peers::expire() {
  while (Connection* connection = overdue(Phase::reading)) {
    report_.say("slow request", "closed a FastCGI connection: its request took too long");
    close(*connection);
  }
  while (Connection* connection = overdue(Phase::in_hand)) {
    respond(*connection, application_.late(connection->ticket));
    settle(*connection);
  }
  while (Connection* connection = overdue(Phase::sending)) {
    report_.say("slow reader", "closed a FastCGI connection: it did not take its answer");
    close(*connection);
  }
}

std::optional<SteadyTime> Peers::next_deadline() {
  if (!ready_.empty()) return now_;
  std::optional<SteadyTime> next;
  for (const Phase phase : {Phase::reading, Phase::in_hand, Phase::sending}) {
    const Connection* oldest = connections_.oldest(phase);
    if (oldest == nullptr) continue;
    const SteadyTime deadline = oldest->since + limit_of(phase);
    next = std::min(next.value_or(deadline), deadline);
  }
  return next;
}

bool Peers::make_room() {
  for (const auto& [phase, least] : kWhoMakesRoom) {
    Connection* oldest = connections_.oldest(phase);
    if (oldest == nullptr || now_ - oldest->since < least) continue;
    close(*oldest);
    return true;
  }
  return false;
}

void Peers::stop() {
  stopping_ = true;
  for (const Phase phase : {Phase::silent, Phase::reading}) {
    while (Connection* connection = connections_.oldest(phase)) close(*connection);
  }
}

milliseconds Peers::limit_of(Phase phase) const {
  if (phase == Phase::reading) return limits_.request;
  return phase == Phase::in_hand ? limits_.answer : limits_.send;
}

// The connection whose deadline in `phase` has passed, the oldest first.
Connection* Peers::overdue(Phase phase) {
  Connection* oldest = connections_.oldest(phase);
  return oldest != nullptr && now_ - oldest->since >= limit_of(phase) ? oldest : nullptr;
}

void Peers::receive(Connection& connection) {
  const ssize_t size = ::recv(connection.socket.get(), read_buffer_.data(), read_buffer_.size(), 0);
  if (size > 0) return walk(connection, {read_buffer_.data(), std::size_t(size)});
  if (size == 0)
    peer_finished(connection);
  else if (errno != EAGAIN && errno != EINTR)
    connection.dead = true;
  settle(connection);
}

// The peer will send nothing more. It may still read the answer to a request in hand.
void Peers::peer_finished(Connection& connection) {
  connection.peer_finished = true;
  if (connection.ticket != 0) return;
  connection.dead = true;
  if (!connection.framer.idle())
    report_.say("hung up", "a FastCGI peer hung up in the middle of its request");
}

// Walks to the next step. What is left waits in `pending`: for the next turn, for an answer that
// the peer has not taken yet, or for the answer to the request before.
void Peers::walk(Connection& connection, std::string_view bytes) {
  send_buffer_.clear();
  const Step step = connection.framer.walk(bytes, send_buffer_);
  if (!send_buffer_.empty()) connection.send(send_buffer_);
  act(connection, step);
  connection.pending.assign(bytes);
  settle(connection);
}

void Peers::act(Connection& connection, Step step) {
  switch (step) {
    case Step::more:
    case Step::waiting:
      return;
    case Step::whole:
      return take_in_hand(connection);
    case Step::aborted:
      connection.ticket = 0;
      connection.held.reset();
      connection.held_params = 0;
      connection.close_when_sent = !connection.keep;
      return;
    case Step::hang_up:
      connection.close_when_sent = true;
      return;
    case Step::broken:
      connection.dead = true;
      report_.say("malformed",
                  std::string("closed a FastCGI connection: ") + connection.framer.fault());
      return;
  }
}

void Peers::take_in_hand(Connection& connection) {
  const FramedRequest framed = connection.framer.take();
  connection.keep = framed.keep_connection;
  Result<Request> request = exchange_.read(framed, connection.held);
  if (!request) {
    report_.say("libfcgi", request.error().text);
    connection.dead = true;
    return;
  }
  const Ticket ticket = make_key(connection.socket.get(), ++serial_);
  const std::optional<Response> response = application_.handle(ticket, std::move(*request));
  if (response) return respond(connection, *response);
  connection.ticket = ticket;
  connection.held_params = framed.params.size();
}

// Sends the answer to the request in hand. The caller settles.
void Peers::respond(Connection& connection, const Response& response) {
  send_buffer_.clear();
  const Status written = exchange_.write(*connection.held, response, send_buffer_);
  connection.ticket = 0;
  connection.held.reset();
  connection.held_params = 0;
  connection.framer.answered();
  if (!written) {
    report_.say("libfcgi", written.error().text);
    connection.dead = true;
    return;
  }
  connection.send(send_buffer_);
  if (!connection.keep || connection.peer_finished) connection.close_when_sent = true;
}

// Brings everything in line with the state that a connection is in now: its deadline, what
// epoll watches, what it counts for, and its end. It may be gone afterwards, and others, too.
void Peers::settle(Connection& connection) {
  const Phase phase = connection.wanted_phase();
  const bool finished = connection.close_when_sent && connection.output.empty();
  const bool unwanted = stopping_ && (phase == Phase::silent || phase == Phase::reading);
  if (connection.dead || finished || unwanted || !watch_for(connection)) return close(connection);
  connections_.enter(connection, phase, now_);
  if (connection.resumable()) ready_.push_back(connection.key);
  connections_.note_held(connection);
  bound_memory();
}

void Peers::bound_memory() {
  while (connections_.held_bytes() > limits_.max_held) {
    report_.say("memory", "FastCGI peers hold more memory than they may: closed the one with most");
    close(connections_.largest());
  }
}

// Asks epoll for what the connection waits for; usually it does so already.
bool Peers::watch_for(Connection& connection) {
  const std::uint32_t input = connection.wants_input() ? EPOLLIN : 0U;
  const std::uint32_t output = connection.output.empty() ? 0U : EPOLLOUT;
  if (connection.interest == (input | output)) return true;
  connection.interest = input | output;
  return poller_.control(EPOLL_CTL_MOD, connection.socket.get(), connection.interest,
                         connection.key);
}

}  // namespace inbound_sms::web
