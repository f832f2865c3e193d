#include "base/result.h"

#include <system_error>

namespace inbound_sms {

Error system_error(int number, std::initializer_list<std::string_view> what_was_tried) {
  std::string text;
  for (const std::string_view part : what_was_tried) text += part;
  return {number, text + ": " + std::generic_category().message(number)};
}

}  // namespace inbound_sms
