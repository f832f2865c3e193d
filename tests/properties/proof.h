#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for whatever claims to come from Vonage, or Violated is thrown: see the .cpp. The
// first three bytes say where a proof is changed and how; a line follows that is an Authorization
// header, then the form of a message, which is also the body of which the token speaks.
void check_proof(std::string_view text);

}  // namespace inbound_sms::properties
