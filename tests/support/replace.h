#pragma once

#include <string>

namespace inbound_sms::testing {

// Puts `by` in the place of every `what` and says how many there were.
inline int replace_all(std::string& text, const std::string& what, const std::string& by) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) {
    text.replace(at, what.size(), by);
    ++count;
  }
  return count;
}

}  // namespace inbound_sms::testing
