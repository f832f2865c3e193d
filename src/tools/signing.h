#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "vonage/parameters.h"
#include "vonage/signature.h"

namespace inbound_sms::tools {

// How the account of a simulated Vonage signs. What is signed at the same time is signed the same,
// nonce included, so that a request can be made once more byte by byte.
struct Signing {
  vonage::SignatureMethod method;  // of the SMS API
  std::string secret;              // of the account, for both APIs
};

// Signs as the SMS API does: adds `timestamp`, `nonce` and `sig`, in hex of the case that Vonage
// uses for the method (lower for md5hash, upper for an HMAC). Nothing is added for the method
// `token`, which knows no such signature; no `sig` where the parameters cannot be signed
// (vonage::text_to_sign).
//
// `beside` are parameters that the receiver will find, too: those of a query that the URL has.
void sign_parameters(vonage::Parameters& parameters, const vonage::Parameters& beside,
                     const Signing& signing, Time made);

// The value of the Authorization header with which the Messages API sends this body.
std::string authorization_for(std::string_view body, const Signing& signing, Time made);

}  // namespace inbound_sms::tools
