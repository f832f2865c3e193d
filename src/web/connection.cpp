#include "web/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace inbound_sms::web {

namespace {

// How much of `bytes` the socket took; nothing when the peer is gone.
std::optional<std::size_t> try_send(int fd, std::string_view bytes) {
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EINTR) return 0;
  return std::nullopt;
}

}  // namespace

Phase Connection::wanted_phase() const {
  if (ticket != 0) return Phase::in_hand;
  if (!output.empty()) return Phase::sending;
  return framer.idle() && pending.empty() ? Phase::silent : Phase::reading;
}

void Connection::send(std::string_view bytes) {
  if (output.empty()) {
    const auto sent = try_send(socket.get(), bytes);
    if (!sent) {
      dead = true;
      return;
    }
    bytes.remove_prefix(*sent);
  }
  output += bytes;
}

void Connection::flush() {
  const std::string kept = std::exchange(output, std::string());
  send(kept);
}

Connection& Connections::add(Descriptor socket, Key key, const FramerLimits& limits,
                             SteadyTime now) {
  const auto index = static_cast<std::size_t>(socket.get());
  if (by_fd_.size() <= index) by_fd_.resize(index + 1);
  by_fd_[index] = std::make_unique<Connection>(std::move(socket), key, limits);
  Connection& connection = *by_fd_[index];
  connection.since = now;
  list(connection.phase).push_back(connection);
  ++size_;
  return connection;
}

void Connections::remove(Connection& connection) {
  list(connection.phase).erase(List::s_iterator_to(connection));
  by_fd_[static_cast<std::size_t>(connection.socket.get())].reset();
  --size_;
}

Connection* Connections::find(Key key) {
  const auto index = static_cast<std::size_t>(fd_of(key));
  if (index >= by_fd_.size() || !by_fd_[index] || by_fd_[index]->key != key) return nullptr;
  return by_fd_[index].get();
}

Connection* Connections::with_ticket(Ticket ticket) {
  const auto index = static_cast<std::size_t>(fd_of(ticket));
  if (ticket == 0 || index >= by_fd_.size() || !by_fd_[index] || by_fd_[index]->ticket != ticket)
    return nullptr;
  return by_fd_[index].get();
}

void Connections::enter(Connection& connection, Phase phase, SteadyTime now) {
  if (connection.phase == phase) return;
  list(connection.phase).erase(List::s_iterator_to(connection));
  connection.phase = phase;
  connection.since = now;
  list(phase).push_back(connection);
}

Connection* Connections::oldest(Phase phase) {
  List& in_phase = list(phase);
  return in_phase.empty() ? nullptr : &in_phase.front();
}

}  // namespace inbound_sms::web
