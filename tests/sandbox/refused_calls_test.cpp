#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/descriptor.h"
#include "sandbox/attempt.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

namespace {

constexpr unsigned char kBytes[16] = {};

int run_elsewhere(const std::string& program) {
  char* const arguments[] = {const_cast<char*>(program.c_str()), nullptr};
  ::execve(arguments[0], arguments, environ);
  return errno;
}

// A page of memory that holds code which somebody has written there.
void* page() {
  return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(system_calls_are_refused)

BOOST_AUTO_TEST_CASE(to_run_a_program) {
  is_refused([](const Scene&) { return run_elsewhere("/bin/true"); }, EPERM);
}

BOOST_AUTO_TEST_CASE(to_fork) {
  is_refused(
      [](const Scene&) {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(0);
        return error_of(child);
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_have_a_socket) {
  is_refused([](const Scene&) { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }, EPERM);
  is_refused([](const Scene&) { return error_of(::socket(AF_UNIX, SOCK_STREAM, 0)); }, EPERM);
  is_refused([](const Scene&) { return error_of(::socket(AF_NETLINK, SOCK_RAW, 0)); }, EPERM);
  is_refused(
      [](const Scene&) {
        int ends[2];
        return error_of(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_connect_a_socket_that_it_has) {
  is_refused(
      [](const Scene& scene) {
        return error_of(
            ::connect(scene.unused.get(), as_address(scene.address), sizeof scene.address));
      },
      EPERM);
  // TCP Fast Open (RFC 7413).
  is_refused(
      [](const Scene& scene) {
        return error_of(::sendto(scene.unused.get(), "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
                                 as_address(scene.address), sizeof scene.address));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_listen_elsewhere_with_a_socket_that_it_has) {
  is_refused(
      [](const Scene& scene) {
        const sockaddr_in any = loopback();
        return error_of(::bind(scene.unused.get(), as_address(any), sizeof any));
      },
      EPERM);
  is_refused([](const Scene& scene) { return error_of(::listen(scene.unused.get(), 1)); }, EPERM);
}

BOOST_AUTO_TEST_CASE(to_trace_a_process) {
  is_refused([](const Scene&) { return error_of(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); },
             EPERM);
}

BOOST_AUTO_TEST_CASE(to_read_the_memory_of_a_process) {
  is_refused(
      [](const Scene&) {
        char copy[sizeof kBytes];
        const iovec to{copy, sizeof copy}, from{const_cast<unsigned char*>(kBytes), sizeof kBytes};
        return error_of(::process_vm_readv(::getpid(), &to, 1, &from, 1, 0));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_send_a_signal_to_another_process) {
  is_refused([](const Scene&) { return error_of(::kill(::getppid(), 0)); }, EPERM);
  is_refused(
      [](const Scene&) { return error_of(::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0)); },
      EPERM);
  is_refused(
      [](const Scene& scene) {
        return error_of(::fcntl(scene.listener.get(), F_SETOWN, ::getppid()));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_execute_what_it_has_written) {
  is_refused([](const Scene&) { return error_of(::mprotect(page(), 4096, PROT_READ | PROT_EXEC)); },
             EPERM);
  is_refused(
      [](const Scene& scene) {
        const Descriptor file(::open(scene.here().c_str(), O_RDONLY));
        const void* there =
            ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file.get(), 0);
        return there == MAP_FAILED ? errno : 0;
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_change_what_the_log_s_files_are) {
  is_refused([](const Scene& scene) { return error_of(::chmod(scene.here().c_str(), 0644)); },
             EPERM);
  is_refused([](const Scene& scene) { return error_of(::unlink(scene.here().c_str())); }, EPERM);
  is_refused(
      [](const Scene& scene) {
        return error_of(::symlink("/etc/passwd", (scene.log() + "/new").c_str()));
      },
      EPERM);
  is_refused(
      [](const Scene& scene) {
        return error_of(::link(scene.here().c_str(), (scene.log() + "/new").c_str()));
      },
      EPERM);
  is_refused(
      [](const Scene& scene) { return error_of(::mkfifo((scene.log() + "/new").c_str(), 0600)); },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_change_its_limits) {
  is_refused(
      [](const Scene&) {
        const rlimit none{0, 0};
        return error_of(::setrlimit(RLIMIT_CORE, &none));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_speak_to_drivers) {
  is_refused(
      [](const Scene& scene) {
        int waiting = 0;
        return error_of(::ioctl(scene.listener.get(), SIOCATMARK, &waiting));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_set_up_a_socket_in_another_way) {
  is_refused(
      [](const Scene& scene) {
        const int on = 1;
        return error_of(
            ::setsockopt(scene.listener.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
      },
      EPERM);
}

BOOST_AUTO_TEST_CASE(to_watch_the_file_system) {
  is_refused([](const Scene&) { return error_of(::inotify_init()); }, EPERM);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(a_thread_can_be_started_and_the_process_can_end_by_its_own_signal) {
  const Scene scene;
  const auto with_a_thread = [](const Scene&) {
    std::signal(SIGABRT, SIG_DFL);  // Boost.Test has a handler for it
    bool ran = false;
    std::thread([&] { ran = true; }).join();
    if (ran) std::abort();
    return 1;
  };
  BOOST_TEST(outcome(scene, with_a_thread, true) == 128 + SIGABRT);
}
