#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/hex.h"

// Tokens of any header and claims, to see which are taken.
namespace inbound_sms::vonage {

inline std::string make_token(std::string_view header, std::string_view claims,
                              std::string_view secret, Hash hash = Hash::sha256) {
  const std::string signed_part = base64url(header) + "." + base64url(claims);
  const Digest signature = hmac(hash, secret, signed_part);
  return signed_part + "." +
         base64url({reinterpret_cast<const char*>(signature.data()), signature.size()});
}

constexpr std::string_view kHs256 = R"({"alg":"HS256","typ":"JWT"})";

// What Vonage claims for a body. `issued` is spelled as JSON.
inline std::string claims_for(std::string_view body, std::string_view issued) {
  return R"({"iat":)" + std::string(issued) + R"(,"jti":"1","iss":"Vonage","payload_hash":")" +
         to_hex(sha256(body)) + R"(","api_key":"abcd1234"})";
}

}  // namespace inbound_sms::vonage
