#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inbound_sms::vonage {

// The tokens of the Messages API: `Authorization: Bearer HEADER.CLAIMS.SIGNATURE` (RFC 6750, RFC
// 7519; Vonage, "Webhooks", "Decoding signed webhooks").
//
// Taken apart, and its claims not believed before is_signed() has said so of a secret.
class Token {
 public:
  // The value of an Authorization header. The Error: what is wrong with it, where it is not a
  // bearer token in three parts whose header says HS256 and nothing that must be understood
  // besides (`crit`). No other algorithm is ever taken: not `none`, and none with a public key,
  // for which the secret could be mistaken.
  static Result<Token> parse(std::string_view authorization);

  // True when it was made with the secret. Takes as long whether and wherever it is wrong.
  bool is_signed(std::string_view secret) const;

  // Its claims hold for this request: made by Vonage (`iss`), for just these bytes
  // (`payload_hash`, the SHA-256 of the raw body). The value: when, by `iat`, in seconds since
  // 1970 as spelled.
  Result<std::string> check_claims(std::string_view body) const;

 private:
  std::string signed_part_;  // HEADER.CLAIMS as they came
  std::string signature_;    // its bytes
  std::string claims_;       // JSON, undecoded
};

}  // namespace inbound_sms::vonage
