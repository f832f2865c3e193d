#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace inbound_sms::testing {

// All processes whose program lies in this folder stand still (SIGSTOP) while it lives: none of
// their threads is in a system call any more. Nobody may start another one meanwhile.
class StandingStill {
 public:
  explicit StandingStill(const std::string& folder);
  StandingStill(const StandingStill&) = delete;
  StandingStill& operator=(const StandingStill&) = delete;
  ~StandingStill();

  std::size_t count() const { return processes_.size(); }

 private:
  std::vector<pid_t> processes_;
};

}  // namespace inbound_sms::testing
