#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inbound_sms::testing {

using Environment = std::map<std::string, std::string>;

// Descriptors that a program gets; -1: what ChildProcess gives it otherwise.
struct Streams {
  int input = -1;   // instead of /dev/null
  int output = -1;  // instead of the file, for its standard output alone
};

// Whom a program runs as: ordinary_user(), or who runs the tests.
enum class RunAs { ordinary_user, tester };

// A program that runs beside the test, stopped at the latest when this object goes. It ends with
// the test program, too, however that ends.
class ChildProcess {
 public:
  // Looks the program up in PATH and in /usr/sbin. Its environment is PATH and `environment`,
  // nothing of the test's own. Both its outputs go to the file `output`, which is begun anew.
  // `streams` are not owned.
  ChildProcess(std::vector<std::string> command, const Environment& environment, std::string output,
               Streams streams = {}, RunAs run_as = RunAs::ordinary_user);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;

  // Waits for the end: the exit code, or 128 + the signal that ended it. One that does not end
  // within a long time is killed.
  int wait();
  // SIGTERM, and wait().
  int stop();

  std::string output() const;

 private:
  std::string output_;
  pid_t pid_ = -1;
  std::optional<int> status_;  // of waitpid(2), once it has ended
};

}  // namespace inbound_sms::testing
