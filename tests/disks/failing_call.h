#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// A system call of a handler on its log that fails instead of being made.
struct FailingCall {
  std::string call;       // its names as strace(1) takes them: "?rename,?renameat2"
  std::string error;      // "EIO"
  std::string when;       // which of them, counted in each thread: "3", "3+" (and all that follow)
  std::string also = {};  // what else happens then: ":signal=KILL"
};

// Runs one program under strace, in which calls fail that touch the log: its folder, those
// above it and the files messages.jsonl*.
class CallTracer {
 public:
  CallTracer(const TemporaryFolder& folder, const std::string& log_folder,
             const std::vector<FailingCall>& calls);

  // A command that runs the program.
  const std::vector<std::string>& wrapper() const { return command_; }
  // To be asked once the program has ended, or is about to: how many calls have failed.
  int failures() const;

 private:
  std::string trace_;
  std::vector<std::string> command_;
};

// A precondition of Boost.Test: that can be done here.
boost::test_tools::assertion_result can_fail_calls(boost::unit_test::test_unit_id);

}  // namespace inbound_sms::testing
