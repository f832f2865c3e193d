#pragma once

#include <string_view>

#include "base/result.h"
#include "vonage/parameters.h"

namespace inbound_sms::vonage {

inline constexpr int kMaxJsonLevels = 64;  // the object itself is the first

// Decodes a text that is one JSON object (RFC 8259; a byte order mark is skipped). Values keep
// their type and spelling, members that are arrays or objects are kept as they stand, compact. In
// strings, bytes that are not UTF-8 and `\u` surrogates without their other half become U+FFFD.
// The error says what is wrong and at which byte of the text, without a word of the text itself.
Result<Decoded> parse_json_object(std::string_view text);

}  // namespace inbound_sms::vonage
