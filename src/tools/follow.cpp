#include "tools/follow.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

namespace inbound_sms::tools {

namespace {

constexpr int kPauseMilliseconds = 150;

volatile std::sig_atomic_t asked_to_end = 0;

void ask_to_end(int) {
  asked_to_end = 1;
}

enum class Wanted : bool { no, yes };  // whether anybody wants more output

Result<Wanted> write_all(int out, std::string_view bytes) {
  while (!bytes.empty()) {
    if (asked_to_end != 0) return Wanted::no;
    const ssize_t written = ::write(out, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return Wanted::no;
    if (written < 0) return system_error(errno, {"write the output"});
    bytes.remove_prefix(std::size_t(written));
  }
  return Wanted::yes;
}

Result<Wanted> write_lines(const std::vector<std::string>& lines, const Format& format, int out) {
  for (const std::string& line : lines) {
    Result<Wanted> written = write_all(out, format(line) + "\n");
    if (!written || *written == Wanted::no) return written;
  }
  return Wanted::yes;
}

// Waits a moment; a signal ends the wait, and so does a reader who goes away.
Wanted pause(int out) {
  pollfd reader{out, 0, 0};
  ::poll(&reader, 1, kPauseMilliseconds);
  const bool gone = (reader.revents & (POLLERR | POLLHUP)) != 0;
  return gone || asked_to_end != 0 ? Wanted::no : Wanted::yes;
}

}  // namespace

void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_end;  // without SA_RESTART: a write or a wait under way ends
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

Status follow(const NextLines& next, const Format& format, int out) {
  while (asked_to_end == 0) {
    const Result<std::vector<std::string>> lines = next();
    if (!lines) return lines.error();
    const Result<Wanted> written = write_lines(*lines, format, out);
    if (!written) return written.error();
    if (*written == Wanted::no) break;
    if (lines->empty() && pause(out) == Wanted::no) break;
  }
  return Done{};
}

}  // namespace inbound_sms::tools
