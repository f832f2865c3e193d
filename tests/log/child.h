#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <string>
#include <utility>

namespace inbound_sms::log {

// Runs `act` in a process of its own; true when it says so and ends well.
class Child {
 public:
  template <class Act>
  explicit Child(Act act) : pid_(::fork()) {
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) ::_exit(act() ? 0 : 1);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    ended_well();
  }

  // As the kernel sees it: "1: -> FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF".
  bool waits_for_a_lock() const {
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);)
      if (line.find("-> FLOCK") != std::string::npos &&
          line.find(" " + std::to_string(pid_) + " ") != std::string::npos)
        return true;
    return false;
  }

  bool ended_well() {
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status_, 0);
    return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
  }

 private:
  pid_t pid_;
  int status_ = -1;
};

}  // namespace inbound_sms::log
