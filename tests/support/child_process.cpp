#include "support/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "support/ordinary_user.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

std::string search_path() {
  const char* path = std::getenv("PATH");
  return std::string(path ? path : "/usr/bin:/bin") + ":/usr/sbin";
}

std::vector<std::string> as_assignments(const Environment& environment) {
  std::vector<std::string> assignments{"PATH=" + search_path()};
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name); value && !environment.contains(name)) {
      assignments.push_back(std::string(name) + "=" + value);
    }
  }
  for (const auto& [name, value] : environment) assignments.push_back(name + "=" + value);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A handler with a sanitizer cannot live in its sandbox: that of leaks forks and traces.
  if (!environment.contains("INBOUND_SMS_SANDBOX"))
    assignments.push_back("INBOUND_SMS_SANDBOX=off");
#endif
  return assignments;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// The child's side of the fork: never returns.
[[noreturn]] void become_program(char* const* command, char* const* environment, int errors,
                                 Streams streams, OrdinaryUser user) {
  const int input = streams.input < 0 ? ::open("/dev/null", O_RDONLY) : streams.input;
  ::dup2(input, STDIN_FILENO);
  ::dup2(streams.output < 0 ? errors : streams.output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  if (become(user) && ::prctl(PR_SET_PDEATHSIG, SIGTERM) == 0) {
    ::execvpe(command[0], command, environment);
  }
  constexpr std::string_view kWhy = "could not be started\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kWhy.data(), kWhy.size());
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> command, const Environment& environment,
                           std::string output, Streams streams, RunAs run_as)
    : output_(std::move(output)) {
  std::vector<std::string> assignments = as_assignments(environment);
  const std::vector<char*> arguments = pointers(command);
  const std::vector<char*> variables = pointers(assignments);
  const OrdinaryUser user =
      run_as == RunAs::tester ? OrdinaryUser{::geteuid(), ::getegid()} : ordinary_user();
  const Descriptor file(
      ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
  if (!file) throw std::system_error(errno, std::generic_category(), output_);
  ::setenv("PATH", search_path().c_str(), 1);  // execvpe searches the caller's
  pid_ = ::fork();
  if (pid_ == 0) become_program(arguments.data(), variables.data(), file.get(), streams, user);
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
}

ChildProcess::~ChildProcess() {
  stop();
}

bool ChildProcess::running() {
  if (status_) return false;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) status_ = status;
  return ended == 0;
}

void ChildProcess::signal(int number) const {
  if (!status_) ::kill(pid_, number);
}

int ChildProcess::wait() {
  if (!wait_until([this] { return !running(); })) {
    signal(SIGKILL);
    wait_until([this] { return !running(); });
  }
  const int status = status_.value_or(SIGKILL);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int ChildProcess::stop() {
  signal(SIGTERM);
  signal(SIGCONT);  // a stopped one would never see it
  return wait();
}

std::string ChildProcess::output() const {
  return read_file(output_);
}

}  // namespace inbound_sms::testing
