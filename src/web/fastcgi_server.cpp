#include "web/fastcgi_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/result.h"

namespace inbound_sms::web {

using std::chrono::milliseconds;

namespace {

constexpr int kAcceptsAtOnce = 64;    // then those who are connected get their turn
constexpr std::size_t kReserve = 64;  // descriptors left for the log and the rest
constexpr milliseconds kPause{100};   // before accept is tried again after an error

// How many peers may be connected at once: the limit on descriptors less a reserve.
std::size_t count_of_connections() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t files = std::size_t(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
  return files > 2 * kReserve ? files - kReserve : files / 2;
}

}  // namespace

FastCgiServer::FastCgiServer(Descriptor listener, Application& application, FastCgiLimits limits,
                             Report report)
    : most_connections_(count_of_connections()),
      listener_(std::move(listener)),
      stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      peers_(poller_, application, limits, most_connections_, std::move(report)) {
  if (!stop_event_) throw std::runtime_error(system_error(errno, {"create an eventfd"}).text);
  // An inherited listener may block, and accept is called until nobody is left in its queue.
  const int flags = ::fcntl(listener_.get(), F_GETFL);
  (void)::fcntl(listener_.get(), F_SETFL, flags | O_NONBLOCK);
  // Inherited by accepted sockets: an answer is one small write, there is nothing to gather.
  // Fails on unix sockets, where there is nothing to set.
  const int on = 1;
  (void)::setsockopt(listener_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (flags < 0 || !listen_again() || !watch_input(stop_event_.get()))
    throw std::runtime_error(system_error(errno, {"watch the listening socket"}).text);
}

void FastCgiServer::watch(int fd, std::function<void()> on_readable) {
  if (!watch_input(fd)) throw std::runtime_error(system_error(errno, {"watch a descriptor"}).text);
  watched_.emplace_back(fd, std::move(on_readable));
}

void FastCgiServer::run() {
  while (listener_ || peers_.size() != 0) {
    const auto events = poller_.wait(time_to_sleep());
    now_ = std::chrono::steady_clock::now();
    peers_.set_time(now_);
    for (const epoll_event& event : events) dispatch(event.data.u64, event.events);
    peers_.resume();
    peers_.expire();
    if (std::exchange(somebody_comes_, false) && listener_) accept_some();
    if (paused() && now_ >= listen_again_at_) listen_again();
  }
}

void FastCgiServer::stop() {
  const std::uint64_t one = 1;
  (void)!::write(stop_event_.get(), &one, sizeof one);  // fails only when it is set already
}

void FastCgiServer::dispatch(Key key, std::uint32_t events) {
  if (peers_.on_event(key, events) || key != make_key(fd_of(key), 0)) return;
  if (fd_of(key) == stop_event_.get()) return begin_to_stop();
  // Later in this turn: who has sent something must not count as silent when room is needed.
  if (fd_of(key) == listener_.get()) somebody_comes_ = true;
  for (const auto& [fd, on_readable] : watched_)
    if (fd == fd_of(key)) return on_readable();
}

// In milliseconds, -1: for ever.
int FastCgiServer::time_to_sleep() {
  std::optional<SteadyTime> next = peers_.next_deadline();
  if (paused()) next = std::min(next.value_or(listen_again_at_), listen_again_at_);
  if (!next) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*next - std::chrono::steady_clock::now());
  return int(std::clamp<milliseconds::rep>(left.count(), 0, std::numeric_limits<int>::max()));
}

void FastCgiServer::begin_to_stop() {
  poller_.control(EPOLL_CTL_DEL, stop_event_.get());
  // Closing it is not enough for epoll while another process holds the same listener.
  if (listening_) poller_.control(EPOLL_CTL_DEL, listener_.get());
  listener_.reset();
  peers_.stop();
}

void FastCgiServer::accept_some() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (peers_.size() >= most_connections_ && !make_room()) return pause_listening();
    Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket)
      peers_.adopt(std::move(socket));
    else if (!accept_failed(errno))
      return;
  }
}

// True when accept is worth another try at once. It also reports what went wrong on the network
// before (accept(2), "Error handling"); the next connection may be well.
bool FastCgiServer::accept_failed(int error) {
  if (error == EAGAIN) return false;
  if (error == EINTR || error == ECONNABORTED || error == EPROTO) return true;
  if ((error == EMFILE || error == ENFILE) && make_room()) return true;
  peers_.report().say("accept", system_error(error, {"accept a FastCGI connection"}).text);
  pause_listening();
  return false;
}

bool FastCgiServer::make_room() {
  peers_.report().say("room", "out of descriptors at " + std::to_string(peers_.size()) +
                                  " FastCGI connections: the oldest that is silent or slow goes,"
                                  " or new ones wait");
  return peers_.make_room();
}

void FastCgiServer::pause_listening() {
  poller_.control(EPOLL_CTL_DEL, listener_.get());
  listening_ = false;
  listen_again_at_ = now_ + kPause;
}

bool FastCgiServer::listen_again() {
  listening_ = watch_input(listener_.get());
  listen_again_at_ = now_ + kPause;
  return listening_;
}

}  // namespace inbound_sms::web
