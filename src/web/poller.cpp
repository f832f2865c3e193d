#include "web/poller.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "base/result.h"

namespace inbound_sms::web {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::runtime_error(system_error(errno, {"create an epoll"}).text);
}

bool Poller::control(int operation, int fd, std::uint32_t events, Key key) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

std::span<const epoll_event> Poller::wait(int timeout) {
  const int count = ::epoll_wait(epoll_.get(), events_.data(), int(events_.size()), timeout);
  if (count < 0 && errno != EINTR)
    throw std::runtime_error(system_error(errno, {"wait for events"}).text);
  return {events_.data(), std::size_t(std::max(count, 0))};
}

}  // namespace inbound_sms::web
