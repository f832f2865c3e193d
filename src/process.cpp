#include "process.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/result.h"
#include "web/listener.h"

namespace inbound_sms {

namespace {

// A web server may leave some of the three closed (FastCGI specification section 2.2). The log
// must not get the number of one of them: a line for the administrator would stand in it. Nothing
// can be read from what takes their place: a body that is not there is not an empty one.
void take_standard_descriptors() {
  int fd;
  do fd = ::open("/dev/null", O_WRONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

// A text message or a secret must not lie about in a file, nor go to whoever collects crashes. Not
// 0: a program that core_pattern names gets its dump all the same (core(5)), but none at all from a
// process whose limit is 1 (fs/coredump.c of the kernel), which is too little for a file, too.
// Without PR_SET_DUMPABLE, which would also take /proc/PID from the user whose process it is: his
// strace could not see the name of a file any more.
void forbid_core_dumps() {
  const rlimit none{1, 1};
  ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

Start how_started(bool has_address) {
  if (web::is_listening(STDIN_FILENO)) return Start::fastcgi_on_stdin;
  if (std::getenv("GATEWAY_INTERFACE") || std::getenv("REQUEST_METHOD")) return Start::cgi;
  return has_address ? Start::fastcgi_on_own_socket : Start::by_hand;
}

void prepare_process() {
  if (::getauxval(AT_SECURE) != 0) throw CannotStart("refuses to run setuid or setgid", EX_NOPERM);
  forbid_core_dumps();
  take_standard_descriptors();
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of write(2), not the end
  rlimit files;
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

Descriptor signals_as_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Descriptor fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw std::system_error(errno, std::generic_category(), "signalfd");
  return fd;
}

void ignore_signals_to_the_group() {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);
}

Descriptor take_stdin() {
  Descriptor listener(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!listener) throw std::system_error(errno, std::generic_category(), "dup of descriptor 0");
  const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null) ::dup2(null.get(), STDIN_FILENO);
  return listener;
}

}  // namespace inbound_sms
