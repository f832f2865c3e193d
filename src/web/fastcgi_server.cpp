#include "web/fastcgi_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "web/peers.h"
#include "web/poller.h"

namespace inbound_sms::web {

using std::chrono::milliseconds;

namespace {

constexpr int kAcceptsAtOnce = 64;    // then those who are connected get their turn
constexpr std::size_t kReserve = 64;  // descriptors left for the log and the rest
constexpr milliseconds kPause{100};   // before accept is tried again after an error

Descriptor new_eventfd() {
  Descriptor fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) throw std::runtime_error(system_error(errno, "create an eventfd").text);
  return fd;
}

// How many peers may be connected at once: the limit on descriptors less a reserve.
std::size_t most_connections() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto files = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
  return files > 2 * kReserve ? files - kReserve : files / 2;
}

}  // namespace

// The loop, and the door through which peers come.
class FastCgiServer::Impl {
 public:
  Impl(Descriptor listener, Application& application, FastCgiLimits limits, Report report);

  void watch(int fd, std::function<void()> on_readable);
  void answer(Ticket ticket, const Response& response) { peers_.answer(ticket, response); }
  void run();
  void stop();

 private:
  void dispatch(Key key, std::uint32_t events);
  std::optional<milliseconds> time_to_sleep();
  void begin_to_stop();

  void accept_some();
  bool accept_failed(int error);
  bool make_room();
  void pause_listening();
  bool listen_again();
  bool paused() const { return listener_ && !listening_; }

  const std::size_t most_connections_ = most_connections();
  Descriptor listener_;  // none when stopping
  Descriptor stop_event_ = new_eventfd();
  Poller poller_;
  Peers peers_;
  std::vector<std::pair<int, std::function<void()>>> watched_;

  SteadyTime now_ = std::chrono::steady_clock::now();  // of this turn of the loop
  bool somebody_comes_ = false;
  bool listening_ = false;
  SteadyTime listen_again_at_;  // while listening is paused
};

FastCgiServer::Impl::Impl(Descriptor listener, Application& application, FastCgiLimits limits,
                          Report report)
    : listener_(std::move(listener)),
      peers_(poller_, application, limits, most_connections_, std::move(report)) {
  // Inherited by accepted sockets: an answer is one small write, there is nothing to gather.
  // Fails on unix sockets, where there is nothing to set.
  const int on = 1;
  (void)::setsockopt(listener_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!listen_again() || !poller_.add(stop_event_.get(), EPOLLIN, make_key(stop_event_.get(), 0))) {
    throw std::runtime_error(system_error(errno, "watch the listening socket").text);
  }
}

void FastCgiServer::Impl::watch(int fd, std::function<void()> on_readable) {
  if (!poller_.add(fd, EPOLLIN, make_key(fd, 0))) {
    throw std::runtime_error(system_error(errno, "watch a descriptor").text);
  }
  watched_.emplace_back(fd, std::move(on_readable));
}

void FastCgiServer::Impl::run() {
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

void FastCgiServer::Impl::stop() {
  const std::uint64_t one = 1;
  (void)!::write(stop_event_.get(), &one, sizeof one);  // fails only when it is set already
}

void FastCgiServer::Impl::dispatch(Key key, std::uint32_t events) {
  if (peers_.on_event(key, events)) return;
  if (key == make_key(stop_event_.get(), 0)) return begin_to_stop();
  // Later in this turn: who has sent something must not count as silent when room is needed.
  if (key == make_key(listener_.get(), 0)) somebody_comes_ = true;
  for (const auto& [fd, on_readable] : watched_) {
    if (key == make_key(fd, 0)) return on_readable();
  }
}

std::optional<milliseconds> FastCgiServer::Impl::time_to_sleep() {
  std::optional<SteadyTime> next = peers_.next_deadline();
  if (paused()) next = std::min(next.value_or(listen_again_at_), listen_again_at_);
  if (!next) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(*next - std::chrono::steady_clock::now());
  return std::max(left, milliseconds(0));
}

void FastCgiServer::Impl::begin_to_stop() {
  poller_.remove(stop_event_.get());
  listener_.reset();
  peers_.stop();
}

void FastCgiServer::Impl::accept_some() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (peers_.size() >= most_connections_ && !make_room()) return pause_listening();
    Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket) {
      peers_.adopt(std::move(socket));
    } else if (!accept_failed(errno)) {
      return;
    }
  }
}

// True when accept is worth another try at once. It also reports what went wrong on the network
// before (accept(2), "Error handling"); the next connection may be well.
bool FastCgiServer::Impl::accept_failed(int error) {
  if (error == EAGAIN) return false;
  if (error == EINTR || error == ECONNABORTED || error == EPROTO) return true;
  if ((error == EMFILE || error == ENFILE) && make_room()) return true;
  peers_.report().say(Event::accept_failed, system_error(error, "accept a FastCGI connection").text,
                      now_);
  pause_listening();
  return false;
}

bool FastCgiServer::Impl::make_room() {
  peers_.report().say(Event::no_descriptors,
                      "out of descriptors at " + std::to_string(peers_.size()) +
                          " FastCGI connections: the oldest silent one goes, or new ones wait",
                      now_);
  return peers_.make_room();
}

void FastCgiServer::Impl::pause_listening() {
  poller_.remove(listener_.get());
  listening_ = false;
  listen_again_at_ = now_ + kPause;
}

bool FastCgiServer::Impl::listen_again() {
  listening_ = poller_.add(listener_.get(), EPOLLIN, make_key(listener_.get(), 0));
  listen_again_at_ = now_ + kPause;
  return listening_;
}

FastCgiServer::FastCgiServer(Descriptor listener, Application& application, FastCgiLimits limits,
                             Report report)
    : impl_(std::make_unique<Impl>(std::move(listener), application, limits, std::move(report))) {}

FastCgiServer::~FastCgiServer() = default;

void FastCgiServer::watch(int fd, std::function<void()> on_readable) {
  impl_->watch(fd, std::move(on_readable));
}

void FastCgiServer::answer(Ticket ticket, const Response& response) {
  impl_->answer(ticket, response);
}

void FastCgiServer::run() {
  impl_->run();
}

void FastCgiServer::stop() {
  impl_->stop();
}

}  // namespace inbound_sms::web
