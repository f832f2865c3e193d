#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace inbound_sms {

using Sha256 = std::array<std::uint8_t, 32>;

// SHA-256 of the bytes (FIPS 180-4), by OpenSSL.
Sha256 sha256(std::string_view bytes);

// Standard base64 with padding (RFC 4648 section 4).
std::string base64(std::string_view bytes);

}  // namespace inbound_sms
