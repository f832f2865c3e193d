#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace inbound_sms::testing {

// A command that runs a program under a limit of the kernel, "--as=134217728" (prlimit(1)).
std::vector<std::string> limited(const std::string& limit);

// A precondition of Boost.Test: that makes sense here. Sanitizers need memory and threads
// themselves.
boost::test_tools::assertion_result can_be_limited(boost::unit_test::test_unit_id);

}  // namespace inbound_sms::testing
