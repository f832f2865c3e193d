#pragma once

#include <cstddef>
#include <string>

namespace inbound_sms {

// The memory that a text has taken beside itself, in bytes; short ones need none.
inline std::size_t heap_bytes(const std::string& text) {
  static const std::size_t inside = std::string().capacity();
  return text.capacity() > inside ? text.capacity() + 1 : 0;
}

}  // namespace inbound_sms
