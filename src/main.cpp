#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "base/clock.h"
#include "base/report.h"
#include "log/disk.h"
#include "log/journal.h"
#include "reception.h"
#include "settings.h"
#include "web/fastcgi_server.h"
#include "web/listener.h"

namespace inbound_sms {
namespace {

constexpr char kUsage[] =
    "inbound-sms.fcgi receives inbound SMS from Vonage and is started by a web server, with\n"
    "  - a listening socket on descriptor 0 (FastCGI: spawn-fcgi, systemd, lighttpd), or\n"
    "  - INBOUND_SMS_LISTEN=unix:/path or host:port in its environment (FastCGI on that socket).\n"
    "It takes no options; see README.md for its settings and for the web server's side.\n";

// An exception for a start that cannot go on: the line for the administrator and the exit code.
struct CannotStart : std::runtime_error {
  CannotStart(const std::string& why, int code) : std::runtime_error(why), exit_code(code) {}
  int exit_code;
};

enum class Start { fastcgi_on_stdin, cgi, fastcgi_on_own_socket, by_hand };

// Arguments are no part of it: a web server may make them from a query string (RFC 3875 4.4).
Start how_started(bool has_address) {
  if (web::is_listening(STDIN_FILENO)) return Start::fastcgi_on_stdin;
  if (std::getenv("GATEWAY_INTERFACE") || std::getenv("REQUEST_METHOD")) return Start::cgi;
  return has_address ? Start::fastcgi_on_own_socket : Start::by_hand;
}

void prepare_process() {
  if (::getauxval(AT_SECURE) != 0) throw CannotStart("refuses to run setuid or setgid", EX_NOPERM);
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of write(2), not the end
  rlimit files;
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

// Blocks the signals that end the program, in this and all later threads, and makes them
// readable instead: work in hand is not interrupted by them.
Descriptor signals_as_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Descriptor fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw std::system_error(errno, std::generic_category(), "signalfd");
  return fd;
}

// Takes the listener off descriptor 0, so that nothing else can be mistaken for it there.
Descriptor take_stdin() {
  Descriptor listener(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!listener) throw std::system_error(errno, std::generic_category(), "dup of descriptor 0");
  const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null) ::dup2(null.get(), STDIN_FILENO);
  return listener;
}

Descriptor open_listener(Start start, const Settings& settings) {
  if (start == Start::fastcgi_on_stdin) return take_stdin();
  Result<Descriptor> listener = web::listen_on(settings.listen, settings.listen_mode);
  if (!listener) throw CannotStart(listener.error().text, EX_IOERR);
  return std::move(*listener);
}

log::LogPattern pattern_of(const std::string& text) {
  Result<log::LogPattern> pattern = log::LogPattern::parse(text);
  if (!pattern) throw CannotStart(pattern.error().text, EX_CONFIG);
  return std::move(*pattern);
}

// Made ready at the start, or with the first record, so that a log which stays empty leaves no
// file.
enum class Open { at_once, when_needed };

log::Store open_journal(log::JournalOptions options, Open when) {
  const auto journal = std::make_shared<log::Journal>(std::move(options), log::posix_disk(),
                                                      system_clock(), report_to_stderr);
  return [journal, when](std::span<const log::Record> batch) {
    if (batch.empty() && when == Open::when_needed) return std::vector<log::Outcome>();
    return journal->commit(batch);
  };
}

// Repeats of a rejected request are not written again for this long.
constexpr auto kRejectedRemember = std::chrono::hours(1);

int serve_fastcgi(Start start, const Settings& settings) {
  const Descriptor signals = signals_as_descriptor();
  Descriptor listener = open_listener(start, settings);
  Reception reception({.max_body = settings.max_body},
                      open_journal({.pattern = pattern_of(settings.log),
                                    .key_of = log::message_key,
                                    .remember = settings.remember},
                                   Open::at_once),
                      open_journal({.pattern = pattern_of(settings.rejected),
                                    .key_of = log::rejected_key,
                                    .remember = kRejectedRemember,
                                    .max_bytes = settings.rejected_max},
                                   Open::when_needed),
                      system_clock(), report_to_stderr);
  web::FastCgiServer server(std::move(listener), reception, {.max_body = settings.max_body},
                            report_to_stderr);
  const auto pass_on = [&] {
    for (const Reception::Answer& answer : reception.answers())
      server.answer(answer.ticket, answer.response);
  };
  for (const int fd : reception.descriptors()) server.watch(fd, pass_on);
  server.watch(signals.get(), [&] {
    signalfd_siginfo signal;
    while (::read(signals.get(), &signal, sizeof signal) > 0) server.stop();
  });
  report_to_stderr("ready; messages go to " + settings.log);
  server.run();
  report_to_stderr("stopped");
  // A commit that a stuck disk holds was answered 503 long ago; nobody waits for it.
  if (reception.busy()) std::_Exit(EX_OK);
  return EX_OK;
}

int start() {
  prepare_process();
  const Result<Settings> settings = read_settings();
  const Start how = how_started(settings && !settings->listen.empty());
  if (how == Start::cgi) {
    report_to_stderr("plain CGI is not part of this version: use FastCGI");
    std::puts("Status: 503 Service Unavailable\r\nRetry-After: 60\r\n\r");
    return EX_OK;
  }
  if (!settings) throw CannotStart(settings.error().text, settings.error().number);
  if (how == Start::by_hand) {
    std::fputs(kUsage, stderr);
    return EX_USAGE;
  }
  return serve_fastcgi(how, *settings);
}

}  // namespace
}  // namespace inbound_sms

int main() {
  try {
    return inbound_sms::start();
  } catch (const inbound_sms::CannotStart& why) {
    inbound_sms::report_to_stderr(why.what());
    return why.exit_code;
  } catch (const std::exception& why) {
    inbound_sms::report_to_stderr(why.what());
    return EX_IOERR;
  }
}
