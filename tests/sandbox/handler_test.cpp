#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "sandbox/attempt.h"
#include "sandbox/injected_call.h"
#include "sandbox/landlock.h"
#include "support/cgi_process.h"
#include "support/handler.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// The handler as it was built: what is in force, and that a system call which somebody puts into it
// is refused. What must still work is in working_test.cpp, and in all suites with servers, whose
// handlers are in their sandbox, too.

namespace {

const Environment kOff = {{"INBOUND_SMS_SANDBOX", "off"}};

// It accepts connections before it has entered its sandbox.
struct ReadyHandler : Handler {
  explicit ReadyHandler(const TemporaryFolder& folder, const Environment& settings = {})
      : Handler(folder, settings) {
    BOOST_REQUIRE(wait_until([this] { return contains(words(), "ready;"); }));
  }
};

// The number behind "NAME:" in /proc/PID/task/TID/status.
int number_of(const std::string& status, const std::string& name) {
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":")) return std::stoi(line.substr(name.size() + 1));
  return -1;
}

// The status of each thread.
std::vector<std::string> threads_of(const ChildProcess& process) {
  std::vector<std::string> threads;
  for (const auto& thread :
       fs::directory_iterator("/proc/" + std::to_string(process.pid()) + "/task"))
    threads.push_back(read_file(thread.path() / "status"));
  return threads;
}

std::string core_limits_of(const ChildProcess& process) {
  std::istringstream limits(read_file("/proc/" + std::to_string(process.pid()) + "/limits"));
  for (std::string line; std::getline(limits, line);)
    if (line.starts_with("Max core file size")) return line;
  return "";
}

struct Call {
  const char* name;
  long number;
  std::vector<Argument> arguments;
};

// None of them could do anything, since an argument is wrong: the kernel says so, or that it is
// refused, whatever the argument.
const std::vector<Call> kRefusedCalls = {
    {"execve", SYS_execve, {"/nonexistent", 0L, 0L}},
    {"execveat", SYS_execveat, {-1L, "nonexistent", 0L, 0L, 0L}},
    {"clone without threads", SYS_clone, {long(CLONE_SIGHAND)}},
    {"socket", SYS_socket, {-1L, -1L, 0L}},
    {"socketpair", SYS_socketpair, {-1L, -1L, 0L, 0L}},
    {"connect", SYS_connect, {-1L, 0L, 0L}},
    {"bind", SYS_bind, {-1L, 0L, 0L}},
    {"listen", SYS_listen, {-1L, 0L}},
    {"sendmsg", SYS_sendmsg, {-1L, 0L, 0L}},
    {"ptrace", SYS_ptrace, {long(PTRACE_PEEKDATA), 0L, 0L, 0L}},
    {"process_vm_readv", SYS_process_vm_readv, {-1L, 0L, 0L, 0L, 0L, 1L}},
    {"kill", SYS_kill, {long(::getpid()), -1L}},
    {"mount", SYS_mount, {-1L, -1L, -1L, 0L, 0L}},
    {"unshare", SYS_unshare, {-1L}},
    {"unlink", SYS_unlink, {"/nonexistent"}},
    {"symlink", SYS_symlink, {"/etc/passwd", "/nonexistent/x"}},
    {"chmod", SYS_chmod, {"/nonexistent", 0L}},
    {"chdir", SYS_chdir, {"/nonexistent"}},
    {"setuid", SYS_setresuid, {-1L, -1L, -1L}},
    {"prctl", SYS_prctl, {-1L, 0L, 0L, 0L, 0L}},
    {"ioctl", SYS_ioctl, {-1L, 0L, 0L}},
    {"keyctl", SYS_keyctl, {-1L, 0L, 0L, 0L, 0L}},
    {"mprotect to execute", SYS_mprotect, {1L, 4096L, long(PROT_READ | PROT_EXEC)}},
    {"mmap to execute", SYS_mmap, {0L, 0L, long(PROT_EXEC), long(MAP_PRIVATE), -1L, 0L}}};

boost::test_tools::assertion_result can_be_setuid(boost::unit_test::test_unit_id) {
  const TemporaryFolder folder;
  struct statvfs file_system {};
  ::statvfs(folder.path().c_str(), &file_system);
  const bool counts =
      (file_system.f_flag & ST_NOSUID) == 0 && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
  boost::test_tools::assertion_result can(::geteuid() == 0 && counts);
  can.message() << "only root can give a program to another user, and where setuid counts";
  return can;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handler)

// Of root, and started by an ordinary user.
BOOST_AUTO_TEST_CASE(it_refuses_to_run_setuid_or_setgid,
                     *boost::unit_test::precondition(can_be_setuid)) {
  for (const mode_t bit : {S_ISUID, S_ISGID}) {
    const TemporaryFolder folder;
    const std::string file = install_handler(folder.path() + "/cgi", "inbound-sms.cgi", "");
    BOOST_REQUIRE(::chmod(file.c_str(), 0755 | bit) == 0);
    ChildProcess handler({file}, {{"REQUEST_METHOD", "GET"}}, folder.path() + "/output");
    BOOST_TEST(handler.wait() == 77);
    BOOST_TEST(handler.output() == "inbound-sms: refuses to run setuid or setgid\n");
  }
}

BOOST_AUTO_TEST_CASE(every_thread_of_it_is_in_the_sandbox) {
  const TemporaryFolder folder, other;
  ReadyHandler handler(folder), free(other, kOff);
  const int outer = number_of(threads_of(free.process()).front(), "Seccomp_filters");
  const std::vector<std::string> threads = threads_of(handler.process());
  BOOST_TEST(threads.size() >= 3U);
  for (const std::string& status : threads) {
    BOOST_TEST(number_of(status, "NoNewPrivs") == 1);
    BOOST_TEST(number_of(status, "Seccomp") == 2);
    BOOST_TEST(number_of(status, "Seccomp_filters") == outer + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_process_for_one_request_is_in_the_sandbox_and_says_nothing) {
  const TemporaryFolder folder;
  CgiProcess cgi(folder, {{"REQUEST_METHOD", "POST"}, {"CONTENT_LENGTH", "2"}});
  BOOST_TEST(cgi.send("{"));
  BOOST_TEST(wait_until([&] { return cgi.has_read(); }));
  for (const std::string& status : threads_of(cgi.process())) {
    BOOST_TEST(number_of(status, "NoNewPrivs") == 1);
    BOOST_TEST(number_of(status, "Seccomp") == 2);
  }
  BOOST_TEST(cgi.send("}"));
  cgi.finish_sending();
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_TEST(!contains(cgi.words(), "sandbox"));
}

BOOST_AUTO_TEST_CASE(it_says_at_start_what_is_in_force) {
  const TemporaryFolder folder, other;
  const ReadyHandler handler(folder), free(other, kOff);
  const auto landlock = inbound_sms::sandbox::landlock_version();
  const std::string files =
      landlock ? "Landlock (ABI " + std::to_string(*landlock) + ") to " + folder.path() + "/log"
               : "no Landlock (" + landlock.error().text + ")";
  BOOST_TEST(contains(handler.words(), "inbound-sms: sandbox: no new privileges, " + files +
                                           ", system calls by seccomp; no core dumps\n"),
             handler.words());
  BOOST_TEST(contains(free.words(),
                      "inbound-sms: sandbox: off by INBOUND_SMS_SANDBOX; no core "
                      "dumps\n"),
             free.words());
}

BOOST_AUTO_TEST_CASE(it_leaves_no_core_with_the_sandbox_or_without) {
  for (const Environment& settings : {Environment{}, kOff}) {
    const TemporaryFolder folder;
    ReadyHandler handler(folder, settings);
    std::istringstream limits(
        core_limits_of(handler.process()).substr(sizeof "Max core file size"));
    std::string soft, hard;
    limits >> soft >> hard;
    BOOST_TEST((soft == "0" || soft == "1"), soft);
    BOOST_TEST(hard == soft);
  }
}

BOOST_AUTO_TEST_CASE(system_calls_that_are_put_into_it_are_refused,
                     *boost::unit_test::precondition(can_make_calls)) {
  const TemporaryFolder folder, other;
  ReadyHandler handler(folder), free(other, kOff);
  for (const Call& call : kRefusedCalls) {
    BOOST_TEST_CONTEXT(call.name) {
      BOOST_TEST(make_call(handler.process().pid(), call.number, call.arguments) == -EPERM);
      BOOST_TEST(make_call(free.process().pid(), call.number, call.arguments) != -EPERM);
    }
  }
  BOOST_TEST(make_call(handler.process().pid(), SYS_getpid, {}) == handler.process().pid());
}

BOOST_AUTO_TEST_CASE(files_outside_of_the_log_are_refused_to_it,
                     *boost::unit_test::precondition(can_make_calls) *
                         boost::unit_test::precondition(has_landlock)) {
  const TemporaryFolder folder, other;
  ReadyHandler handler(folder), free(other, kOff);
  const auto open = [](ReadyHandler& by, const std::string& path, int flags) {
    return make_call(by.process().pid(), SYS_openat,
                     {long(AT_FDCWD), path.c_str(), long(flags), 0600L});
  };
  for (const char* path : {"/etc/passwd", "/proc/self/maps", "/proc/1/status", "/etc", "/"}) {
    BOOST_TEST(open(handler, path, O_RDONLY) == -EACCES, path);
    BOOST_TEST(open(free, path, O_RDONLY) >= 0, path);
  }
  const std::string made = folder.path() + "/made";
  BOOST_TEST(open(handler, made, O_WRONLY | O_CREAT) == -EACCES);
  BOOST_TEST(open(free, made, O_WRONLY | O_CREAT) >= 0);
  BOOST_TEST(open(handler, folder.path() + "/log/made", O_WRONLY | O_CREAT) >= 0);
}

BOOST_AUTO_TEST_CASE(a_clone_that_libc_cannot_explain_is_unknown_and_its_signal_ends_it,
                     *boost::unit_test::precondition(can_make_calls)) {
  const TemporaryFolder folder;
  ReadyHandler handler(folder);
  const long pid = handler.process().pid();
  BOOST_TEST(make_call(handler.process().pid(), SYS_clone3, {0L, 0L}) == -ENOSYS);
  BOOST_TEST(make_call(handler.process().pid(), SYS_tgkill, {pid, pid, 0L}) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
