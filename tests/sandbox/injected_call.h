#pragma once

#include <sys/types.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace inbound_sms::testing {

// An argument of a system call: a number, or a text, which then lies in the process's memory.
struct Argument {
  Argument(long value) : number(value) {}
  Argument(const char* value) : text(value) {}
  long number = 0;
  std::string text = {};
};

// Lets the first thread of a process make a system call, as somebody would who has taken it over
// (ptrace(2)). Whatever it waited in is interrupted. Returns the result as the kernel gives it: a
// negative errno where it failed. std::runtime_error where the process cannot be traced.
long make_call(pid_t process, long call, const std::vector<Argument>& arguments);

// A precondition of Boost.Test: that can be done here.
boost::test_tools::assertion_result can_make_calls(boost::unit_test::test_unit_id);

}  // namespace inbound_sms::testing
