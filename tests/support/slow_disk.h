#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/child_process.h"

namespace inbound_sms::testing {

// A command that runs a handler for which every sync of the disk takes this much longer.
std::vector<std::string> slow_sync(int milliseconds);

// A precondition of Boost.Test: that can be had here.
boost::test_tools::assertion_result can_slow_syncs(boost::unit_test::test_unit_id);

// What such a handler needs in its environment: leaks cannot be looked for in a process that is
// traced.
Environment traced();

}  // namespace inbound_sms::testing
