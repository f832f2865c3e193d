#include "web/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "base/heap_bytes.h"

namespace inbound_sms::web {

Phase Connection::wanted_phase() const {
  if (ticket != 0) return Phase::in_hand;
  if (!output.empty()) return Phase::sending;
  return framer.idle() && pending.empty() ? Phase::silent : Phase::reading;
}

std::size_t Connection::held_bytes() const {
  return framer.held_bytes() + held_params + heap_bytes(pending) + heap_bytes(output);
}

void Connection::send(std::string_view bytes) {
  if (output.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      dead = true;
      return;
    }
    if (sent > 0) bytes.remove_prefix(std::size_t(sent));
  }
  output += bytes;
}

Connection& Connections::add(Descriptor socket, Key key, const FramerLimits& limits,
                             SteadyTime now) {
  const std::size_t index(socket.get());
  if (by_fd_.size() <= index) by_fd_.resize(index + 1);
  by_fd_[index] = std::make_unique<Connection>(std::move(socket), key, limits);
  Connection& connection = *by_fd_[index];
  connection.since = now;
  list(connection.phase).push_back(connection);
  ++size_;
  return connection;
}

void Connections::remove(Connection& connection) {
  by_held_.erase(holding_of(connection));
  held_bytes_ -= connection.noted_bytes;
  list(connection.phase).erase(List::s_iterator_to(connection));
  by_fd_[std::size_t(connection.socket.get())].reset();
  --size_;
}

Connection* Connections::find(Key key) {
  Connection* connection = at(key);
  return connection != nullptr && connection->key == key ? connection : nullptr;
}

Connection* Connections::with_ticket(Ticket ticket) {
  Connection* connection = ticket == 0 ? nullptr : at(ticket);
  return connection != nullptr && connection->ticket == ticket ? connection : nullptr;
}

void Connections::enter(Connection& connection, Phase phase, SteadyTime now) {
  if (connection.phase == phase) return;
  list(connection.phase).erase(List::s_iterator_to(connection));
  connection.phase = phase;
  connection.since = now;
  list(phase).push_back(connection);
}

void Connections::note_held(Connection& connection) {
  const std::size_t bytes = connection.held_bytes();
  if (bytes == connection.noted_bytes) return;
  by_held_.erase(holding_of(connection));
  held_bytes_ = held_bytes_ - connection.noted_bytes + bytes;
  connection.noted_bytes = bytes;
  if (bytes != 0) by_held_.insert(holding_of(connection));
}

Connection* Connections::at(Key key) {
  const std::size_t index(fd_of(key));
  return index < by_fd_.size() ? by_fd_[index].get() : nullptr;
}

}  // namespace inbound_sms::web
