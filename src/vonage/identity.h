#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "vonage/kind.h"
#include "vonage/parameters.h"

namespace inbound_sms::vonage {

// What two deliveries of the same message have in common, and no other two: the first half of a
// SHA-256.
using Identity = std::array<std::uint8_t, 16>;

// The digest is taken over the kind's word and a newline, and then, for each of the names below,
// `name=length:bytes` and a newline; length is the number of bytes, in decimal.
//   inbound-sms: messageId to msisdn type text data udh concat-ref concat-total concat-part
//   delivery-receipt: messageId status err-code scts
//   message: message_uuid from to channel message_type text message
//   message-status: message_uuid status timestamp error
// The bytes of a string are those between its quotes on the log, escapes included; those of a
// number or boolean its spelling; those of an array or object its compact JSON. Absent, null and
// empty have none. `&` and `=` count as `_`: Vonage's signature cannot tell the three apart, so who
// changes one for another has not made a new message. What changes with every attempt
// (`message-timestamp`, `nonce`, `sig` and the like) does not count.
//
// Nothing where the id is not usable (see id_of): such a delivery is never taken for a repeat.
std::optional<Identity> identity(Kind kind, const Parameters& parameters);

// The id that Vonage gave the message: `messageId`, for the Messages API `message_uuid`. Null when
// it is absent, null, empty, an array or an object, and for kind `unrecognized`.
const Value* id_of(Kind kind, const Parameters& parameters);

}  // namespace inbound_sms::vonage
