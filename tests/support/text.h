#pragma once

#include <cstddef>
#include <string_view>

namespace inbound_sms::testing {

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

// How often `part` stands in the text.
inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++times;
  return times;
}

}  // namespace inbound_sms::testing
