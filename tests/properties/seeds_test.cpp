#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "properties/form.h"
#include "properties/json.h"
#include "properties/logs.h"
#include "properties/proof.h"
#include "properties/records.h"
#include "properties/requests.h"
#include "properties/require.h"
#include "support/temporary_folder.h"

using namespace inbound_sms::properties;

namespace {

// The fuzz target `name` begins with these.
void check_seeds_of(const std::string& name, void (*property)(std::string_view)) {
  int seeds = 0;
  for (const auto& seed : std::filesystem::directory_iterator("tests/fuzz/seeds/" + name)) {
    BOOST_TEST_CONTEXT(seed.path().string()) {
      BOOST_CHECK_NO_THROW(property(inbound_sms::testing::read_file(seed.path())));
    }
    ++seeds;
  }
  BOOST_TEST(seeds > 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(seeds)

BOOST_AUTO_TEST_CASE(what_holds_for_every_form_holds_for_the_seeds) {
  check_seeds_of("form", check_form);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_json_text_holds_for_the_seeds) {
  check_seeds_of("json", check_json);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_request_holds_for_the_seeds) {
  check_seeds_of("receiver", check_request);
}

BOOST_AUTO_TEST_CASE(the_three_forms_of_the_seeds_agree) {
  check_seeds_of("three_forms", check_three_forms);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_proof_holds_for_the_seeds) {
  check_seeds_of("proof", check_proof);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_connection_holds_for_the_seeds) {
  check_seeds_of("records", check_records);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_file_holds_for_the_seeds) {
  check_seeds_of("log", check_any_log);
}

BOOST_AUTO_TEST_CASE(what_holds_for_every_written_log_holds_for_the_seeds) {
  check_seeds_of("written", check_written_log);
}

BOOST_AUTO_TEST_CASE(a_property_that_does_not_hold_says_so) {
  BOOST_CHECK_THROW(require(false, "it holds"), Violated);
  BOOST_CHECK_NO_THROW(require(true, "it holds"));
}

BOOST_AUTO_TEST_SUITE_END()
