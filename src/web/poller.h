#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "base/descriptor.h"

namespace inbound_sms::web {

// Names a descriptor for good: its number in the low 24 bits, a serial number that is never used
// twice above them. So an event that was fetched before its descriptor was closed cannot hit the
// one that got the same number afterwards.
using Key = std::uint64_t;

constexpr Key make_key(int fd, std::uint64_t serial) {
  return serial << 24 | static_cast<Key>(fd);
}
constexpr int fd_of(Key key) {
  return static_cast<int>(key & 0xffffff);
}

// epoll(7), level-triggered. For one thread.
class Poller {
 public:
  Poller();  // throws std::runtime_error when epoll cannot be had

  // Each says whether the kernel took it; errno holds the reason otherwise.
  bool add(int fd, std::uint32_t events, Key key) {
    return control(EPOLL_CTL_ADD, fd, events, key);
  }
  bool change(int fd, std::uint32_t events, Key key) {
    return control(EPOLL_CTL_MOD, fd, events, key);
  }
  void remove(int fd) { control(EPOLL_CTL_DEL, fd, 0, 0); }

  // What happened, after at most `timeout` (none: for ever). Valid until the next call.
  std::span<const epoll_event> wait(std::optional<std::chrono::milliseconds> timeout);

 private:
  bool control(int operation, int fd, std::uint32_t events, Key key);

  Descriptor epoll_;
  std::array<epoll_event, 256> events_{};
};

}  // namespace inbound_sms::web
