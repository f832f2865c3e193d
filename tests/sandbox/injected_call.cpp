#include "sandbox/injected_call.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "support/child_process.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace inbound_sms::testing {

#if defined(__x86_64__)

namespace {

constexpr unsigned long kRoom = 16384;     // below the stack's end, far from what is in use
constexpr unsigned long kSyscallSize = 2;  // bytes of the instruction

void check(long result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

// Stops the first thread of a process, and lets it go on as it was.
class Traced {
 public:
  explicit Traced(pid_t process) : process_(process) {
    check(::ptrace(PTRACE_SEIZE, process_, nullptr, nullptr), "trace the process");
    if (!wait_until([this] { return stop_in_a_call(); }))
      throw std::runtime_error("the process makes no system call");
  }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;
  ~Traced() {
    ::ptrace(PTRACE_SETREGS, process_, nullptr, &before_);
    ::ptrace(PTRACE_DETACH, process_, nullptr, nullptr);
  }

  // It was stopped in a system call, so the instruction for one is just before.
  long make(long call, const std::array<unsigned long long, 6>& arguments) {
    user_regs_struct registers = before_;
    registers.rip -= kSyscallSize;
    registers.rax = static_cast<unsigned long long>(call);
    registers.orig_rax = ~0ULL;  // no call is to be begun anew
    registers.rdi = arguments[0];
    registers.rsi = arguments[1];
    registers.rdx = arguments[2];
    registers.r10 = arguments[3];
    registers.r8 = arguments[4];
    registers.r9 = arguments[5];
    check(::ptrace(PTRACE_SETREGS, process_, nullptr, &registers), "set its registers");
    check(::ptrace(PTRACE_SINGLESTEP, process_, nullptr, nullptr), "let it make a call");
    wait_for_stop();
    check(::ptrace(PTRACE_GETREGS, process_, nullptr, &registers), "read its registers");
    return long(registers.rax);
  }

  // Where the text is in its memory.
  unsigned long long put(const std::string& text) {
    used_ += (text.size() + 16) & ~15UL;
    const unsigned long long place = before_.rsp - kRoom - used_;
    const iovec from{const_cast<char*>(text.c_str()), text.size() + 1};
    const iovec to{reinterpret_cast<void*>(place), text.size() + 1};
    check(::process_vm_writev(process_, &from, 1, &to, 1, 0), "write into its memory");
    return place;
  }

 private:
  // False where it was just doing something else; then it goes on.
  bool stop_in_a_call() {
    check(::ptrace(PTRACE_INTERRUPT, process_, nullptr, nullptr), "stop the process");
    wait_for_stop();
    check(::ptrace(PTRACE_GETREGS, process_, nullptr, &before_), "read its registers");
    if (long(before_.orig_rax) >= 0) return true;
    check(::ptrace(PTRACE_CONT, process_, nullptr, nullptr), "let it go on");
    return false;
  }

  void wait_for_stop() const {
    int status = 0;
    check(::waitpid(process_, &status, __WALL), "wait for it");
    if (!WIFSTOPPED(status)) throw std::runtime_error("the process has ended");
  }

  const pid_t process_;
  user_regs_struct before_{};
  unsigned long used_ = 0;
};

std::string try_to_make_a_call() {
  const TemporaryFolder folder;
  ChildProcess probe({"sleep", "60"}, {}, folder.path() + "/out");
  try {
    const long pid = make_call(probe.pid(), SYS_getpid, {});
    return pid == probe.pid() ? "" : "it has no effect";
  } catch (const std::runtime_error& why) {
    return why.what();
  }
}

}  // namespace

long make_call(pid_t process, long call, const std::vector<Argument>& arguments) {
  Traced traced(process);
  std::array<unsigned long long, 6> values{};
  for (std::size_t i = 0; i < arguments.size(); ++i)
    values.at(i) = arguments[i].text.empty() ? static_cast<unsigned long long>(arguments[i].number)
                                             : traced.put(arguments[i].text);
  return traced.make(call, values);
}

#else

namespace {

std::string try_to_make_a_call() {
  return "it knows the registers of x86-64 only";
}

}  // namespace

long make_call(pid_t, long, const std::vector<Argument>&) {
  throw std::runtime_error(try_to_make_a_call());
}

#endif

boost::test_tools::assertion_result can_make_calls(boost::unit_test::test_unit_id) {
  static const std::string why_not = try_to_make_a_call();
  boost::test_tools::assertion_result can(why_not.empty());
  can.message() << "no call can be put into another process here: " << why_not;
  return can;
}

}  // namespace inbound_sms::testing
