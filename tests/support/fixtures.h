#pragma once

#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <functional>

// The folder that the environment variable FIXTURES names: a file holds one request (`method`,
// `query`, `content_type`, `body`) and what is expected of it: `expect_answer` (the status),
// `expect_kind` (null where nothing is logged) and `expect_params` (the `message` of the log).
namespace inbound_sms::testing {

// Adds a suite called "fixture" with one case a file to the running module; `run` gets the file
// as parse_json() reads it. To be called before main, as the macros of Boost.Test are. Returns
// the number of cases.
std::size_t add_fixture_cases(const std::function<void(const rapidjson::Document&)>& run);

// A precondition of Boost.Test: FIXTURES is set.
boost::test_tools::assertion_result fixtures_are_given(boost::unit_test::test_unit_id);

}  // namespace inbound_sms::testing
