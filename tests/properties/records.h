#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for whatever comes over a FastCGI connection, or Violated is thrown: see the .cpp. The
// first byte says whether what follows is raw bytes or a list of records, and whether answers come
// at once; the second how the bytes are cut.
void check_records(std::string_view text);

}  // namespace inbound_sms::properties
