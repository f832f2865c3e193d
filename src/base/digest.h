#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inbound_sms {

using Sha256 = std::array<std::uint8_t, 32>;

// SHA-256 of the bytes (FIPS 180-4), by OpenSSL.
Sha256 sha256(std::string_view bytes);

using Digest = std::vector<std::uint8_t>;

enum class Hash { md5, sha1, sha256, sha512 };

// The digest of the bytes (RFC 1321, FIPS 180-4), by OpenSSL.
Digest digest(Hash hash, std::string_view bytes);

// HMAC (RFC 2104), by OpenSSL.
Digest hmac(Hash hash, std::string_view key, std::string_view bytes);

// Takes as long for one that is wrong in its first byte as for one that is wrong in its last: how
// far a guess is right must not show. Of different lengths: false, at once.
bool equal_in_constant_time(std::string_view one, std::string_view other);

// Standard base64 with padding (RFC 4648 section 4).
std::string base64(std::string_view bytes);

// The reverse; nothing for what is not exactly that.
std::optional<std::string> from_base64(std::string_view text);

// base64url without padding (RFC 4648 section 5, RFC 7515).
std::string base64url(std::string_view bytes);

// The reverse; nothing for what is not exactly that.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace inbound_sms
