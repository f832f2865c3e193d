#pragma once

#include <optional>
#include <string_view>

#include "vonage/parameters.h"

namespace inbound_sms::vonage {

// What Vonage sends to one URL: the SMS API's inbound messages and delivery receipts, the Messages
// API's (v0.1 and v1) inbound messages and status updates. Whatever else comes is unrecognized.
enum class Kind { inbound_sms, delivery_receipt, message, message_status, unrecognized };

// The kind's word on the log, "inbound-sms".
std::string_view to_word(Kind kind);

// The kind by the names that are there, a name with the value null among them; nothing when there
// are no parameters.
std::optional<Kind> classify(const Parameters& parameters);

}  // namespace inbound_sms::vonage
