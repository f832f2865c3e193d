#include "sandbox/system_calls.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <memory>
#include <type_traits>

namespace inbound_sms::sandbox {

namespace {

// The handler's own calls, and beside each what libc makes of it on another kind of machine or may
// make of it in a later version. Those that a machine does not have are passed over.
constexpr int kAllowed[] = {
    // files
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(close), SCMP_SYS(read),
    SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(ftruncate), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync), SCMP_SYS(flock), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(getdents64), SCMP_SYS(rename),
    SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(dup),
    SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(memfd_create),
    // connections that others begin
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    // waiting
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
    SCMP_SYS(eventfd2), SCMP_SYS(signalfd4), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
    // clocks and chance
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom),
    // memory
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // threads and signals of its own
    SCMP_SYS(futex), SCMP_SYS(futex_waitv), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(membarrier), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
    // what it is
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrlimit)};

constexpr int kDescriptorCommands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
                                       F_SETFD, F_GETFL,         F_SETFL};

// Which argument of clone(2) holds its flags.
#if defined(__s390__)
constexpr unsigned kCloneFlags = 1;
#else
constexpr unsigned kCloneFlags = 0;
#endif

struct Release {
  void operator()(scmp_filter_ctx filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, Release>;

// Adds rules until one fails, and keeps its error: 0, or negative as libseccomp gives it.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = ::seccomp_attr_set(filter_, attribute, value);
  }
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> arguments = {}) {
    if (error_ == 0)
      error_ = ::seccomp_rule_add_array(filter_, action, call, unsigned(arguments.size()),
                                        arguments.begin());
  }
  void allow(int call, std::initializer_list<scmp_arg_cmp> arguments = {}) {
    add(SCMP_ACT_ALLOW, call, arguments);
  }
  int error() const { return error_; }

 private:
  scmp_filter_ctx filter_;
  int error_ = 0;
};

// Argument `number` has none of the bits, or all of them.
scmp_arg_cmp has_not(unsigned number, scmp_datum_t bits) {
  return {number, SCMP_CMP_MASKED_EQ, bits, 0};
}
scmp_arg_cmp has(unsigned number, scmp_datum_t bits) {
  return {number, SCMP_CMP_MASKED_EQ, bits, bits};
}
scmp_arg_cmp is(unsigned number, scmp_datum_t value) {
  return {number, SCMP_CMP_EQ, value, 0};
}

void allow_in_part(Rules& rules) {
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
    rules.allow(call, {has_not(2, PROT_EXEC)});
  rules.allow(SCMP_SYS(clone), {has(kCloneFlags, CLONE_THREAD)});
  // Its flags lie in memory, where no filter can see them; libc takes clone(2) then.
  rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  rules.allow(SCMP_SYS(tgkill), {is(0, scmp_datum_t(::getpid()))});  // abort(3)
  rules.allow(SCMP_SYS(prlimit64), {is(2, 0)});                      // to read them
  for (const int command : kDescriptorCommands)
    rules.allow(SCMP_SYS(fcntl), {is(1, scmp_datum_t(command))});
  rules.allow(SCMP_SYS(setsockopt), {is(1, IPPROTO_TCP), is(2, TCP_NODELAY)});
  // send(2), to who is connected: with an address and MSG_FASTOPEN it is connect(2), for which a
  // listener will do that was shut down, and of which Landlock does not hear.
  rules.allow(SCMP_SYS(sendto), {is(4, 0)});
}

}  // namespace

Status restrict_system_calls() {
  if (sizeof(void*) != 8) return Error{ENOSYS, "its list was made for machines of 64 bits"};
  const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return system_error(ENOMEM, {"make a filter for system calls"});
  Rules rules(filter.get());
  rules.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
  rules.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree, not a list
  rules.set(SCMP_FLTATR_API_SYSRAWRC, 1);  // the kernel's own error
  for (const int call : kAllowed) rules.allow(call);
  allow_in_part(rules);
  if (rules.error() != 0) return system_error(-rules.error(), {"make a filter for system calls"});
  const int loaded = ::seccomp_load(filter.get());
  if (loaded == -EINVAL) return Error{ENOSYS, "this kernel has none"};
  if (loaded != 0) return system_error(-loaded, {"load a filter for system calls"});
  return Done{};
}

}  // namespace inbound_sms::sandbox
