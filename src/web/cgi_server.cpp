#include "web/cgi_server.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace inbound_sms::web {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr Ticket kTicket = 1;
constexpr std::size_t kChunk = 65536;  // bytes read at once, what a pipe holds

// In milliseconds, for poll(2).
int left_until(steady_clock::time_point end) {
  const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
  return int(std::max<milliseconds::rep>(left.count(), 0));
}

bool is_ready(int fd, short events, steady_clock::time_point until) {
  pollfd wanted{fd, events, 0};
  int ready;
  do ready = ::poll(&wanted, 1, left_until(until));
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

void keep(Request& request, std::string_view bytes, std::size_t max_body) {
  request.body_size += bytes.size();
  request.body_over_limit = request.body_size > max_body;
  if (request.body_over_limit)
    request.body = std::string();
  else
    request.body += bytes;
}

// The length at which the body may end without the end of its stream. Where nothing of the body
// can matter that is none.
std::optional<std::uint64_t> length_to_expect(const Request& request) {
  const auto announced = announced_length(request);
  const bool bodiless = request.method == "GET" || request.method == "HEAD";
  if (!announced || (!*announced && bodiless)) return 0;
  return *announced;
}

Status write_all(int fd, std::string_view bytes, steady_clock::time_point until) {
  while (!bytes.empty()) {
    if (!is_ready(fd, POLLOUT, until))
      return Error{ETIMEDOUT, "the web server does not take the answer"};
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (wrote < 0) return system_error(errno, {"write the answer to the web server"});
    bytes.remove_prefix(std::size_t(wrote));
  }
  return Done{};
}

// Not closed but replaced: the next file that somebody opens must not get their numbers.
void let_go_of_the_web_server() {
  const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (!null || ::dup2(null.get(), fd) < 0) ::close(fd);
}

}  // namespace

void CgiServer::answer(Ticket ticket, const Response& response) {
  if (ticket == kTicket) response_ = response;
}

void CgiServer::run() {
  Request request = request_from([](const char* name) { return std::getenv(name); });
  if (const Status read = read_body(request); !read) {
    report_("503: " + read.error().text);
    response_ = unavailable(read.error().text);
  } else {
    response_ = application_.handle(kTicket, std::move(request));
    if (!response_) response_ = await_answer();
  }
  // Nobody can be told but the administrator: what was stored stays, and will come again.
  const Status sent =
      write_all(STDOUT_FILENO, to_cgi(*response_), steady_clock::now() + limits_.send);
  if (!sent) report_(sent.error().text);
  let_go_of_the_web_server();
}

Status CgiServer::read_body(Request& request) const {
  const auto expected = length_to_expect(request);
  const auto whole_by = steady_clock::now() + limits_.request;
  std::array<char, kChunk> bytes;
  while (true) {
    const bool enough = expected && request.body_size >= *expected;
    const auto end_by = enough ? steady_clock::now() + limits_.end : whole_by;
    // The first of the two: what always has more to give is not read for ever.
    if (steady_clock::now() >= whole_by ||
        !is_ready(STDIN_FILENO, POLLIN, std::min(end_by, whole_by))) {
      if (enough || request.body_over_limit) return Done{};
      return Error{ETIMEDOUT, "the body did not arrive in time"};
    }
    const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got == 0) return Done{};
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0 && enough) return Done{};
    if (got < 0) return system_error(errno, {"read the body"});
    keep(request, {bytes.data(), std::size_t(got)}, limits_.max_body);
  }
}

// Nothing of the store is waited for beyond the time limit: the answer is the application's for
// that case then.
std::optional<Response> CgiServer::await_answer() {
  const auto late = steady_clock::now() + limits_.answer;
  std::vector<pollfd> wanted;
  for (const auto& [fd, on_readable] : watched_) wanted.push_back({fd, POLLIN, 0});
  while (!response_) {
    const int ready = ::poll(wanted.data(), wanted.size(), left_until(late));
    if (ready == 0 || steady_clock::now() >= late) return application_.late(kTicket);
    for (std::size_t i = 0; ready > 0 && i < wanted.size(); ++i)
      if (wanted[i].revents != 0) watched_[i].second();
  }
  return response_;
}

}  // namespace inbound_sms::web
