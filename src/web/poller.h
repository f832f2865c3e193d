#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/descriptor.h"

namespace inbound_sms::web {

// Names a descriptor for good: its number in the low 24 bits, a serial number that is never used
// twice above them. So an event that was fetched before its descriptor was closed cannot hit the
// one that got the same number afterwards.
using Key = std::uint64_t;

constexpr Key make_key(int fd, std::uint64_t serial) {
  return serial << 24 | Key(fd);
}
constexpr int fd_of(Key key) {
  return int(key & 0xffffff);
}

// epoll(7), level-triggered. For one thread.
class Poller {
 public:
  Poller();  // throws std::runtime_error when epoll cannot be had

  // epoll_ctl(2). False: errno holds the reason.
  bool control(int operation, int fd, std::uint32_t events = 0, Key key = 0);

  // What happened, after at most so many milliseconds (-1: for ever). Valid until the next call.
  std::span<const epoll_event> wait(int timeout);

 private:
  Descriptor epoll_;
  std::array<epoll_event, 256> events_{};
};

}  // namespace inbound_sms::web
