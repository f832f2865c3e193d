#include "base/result.h"

#include <system_error>

namespace inbound_sms {

Error system_error(int number, const std::string& what_was_tried) {
  return {number, what_was_tried + ": " + std::generic_category().message(number)};
}

}  // namespace inbound_sms
