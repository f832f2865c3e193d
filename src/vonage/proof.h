#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "vonage/decode.h"
#include "vonage/kind.h"
#include "vonage/signature.h"

namespace inbound_sms::vonage {

struct ProofRules {
  SignatureMethod method;
  // How old a proof may be: Vonage may repeat a delivery with the proof that it was first made
  // with.
  std::chrono::microseconds max_age;
};

// A sender's clock may be ahead of ours by this much.
constexpr std::chrono::minutes kMostAhead{5};

// Secrets that are valid now, none of them empty; several while one takes over from another.
using Secrets = std::vector<std::string>;

// A request whose sender is not known yet. Views of what the caller holds.
struct Unproven {
  Kind kind;
  const Delivery& delivery;
  std::optional<std::string_view> authorization;  // the header's value
  std::string_view body;                          // as it came
};

// Whether the request proves that Vonage sent it: the kinds of the Messages API by a token for its
// body, every other kind by a valid `sig`; with the method `token` nothing else is taken. The proof
// says when it was made, and that is at most `max_age` before `now` and `kMostAhead` after it.
// Nothing is tried in two ways. The Error says what is wrong, and nothing of what would be right.
Status check_proof(const Unproven& request, const ProofRules& rules, const Secrets& secrets,
                   Time now);

}  // namespace inbound_sms::vonage
