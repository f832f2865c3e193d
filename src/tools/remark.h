#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inbound_sms::tools {

enum class Verdict : std::uint8_t { ok, warning, fault };

// What `inbound-sms check` says of one thing: what it found and, unless that is well, what to mend.
struct Remark {
  Verdict verdict = Verdict::ok;
  std::string text;
};
using Remarks = std::vector<Remark>;

}  // namespace inbound_sms::tools
