#include "support/limits.h"

namespace inbound_sms::testing {

std::vector<std::string> limited(const std::string& limit) {
  return {"prlimit", limit};
}

boost::test_tools::assertion_result can_be_limited(boost::unit_test::test_unit_id) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  boost::test_tools::assertion_result can(false);
  can.message() << "a sanitizer needs more than the limit";
  return can;
#else
  return true;
#endif
}

}  // namespace inbound_sms::testing
