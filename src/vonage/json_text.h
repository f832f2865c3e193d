#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inbound_sms::vonage {

// Skipped at the start of a JSON text (RFC 8259 section 8.1 allows that).
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A JSON text made ready for RapidJSON, which refuses some of what we must take (numbers beyond a
// double, a byte order mark, a high surrogate alone) and takes some of what we must not (a low
// surrogate alone, a NUL as the end of the text).
struct JsonText {
  std::string text;  // as long as the original, so that an offset in it is one in the original
  std::vector<std::string_view>
      numbers;            // spelling of each number of `text`: parts of the original
  bool replaced = false;  // a surrogate without its other half became U+FFFD
};

// Makes these changes, each at its place and without a change of length:
//  - a byte order mark at the start becomes blanks
//  - each number becomes `0` and blanks; its spelling is checked here (RFC 8259 section 6)
//  - each `\u` escape of a surrogate without its other half becomes \ufffd
// All else is left to the parser. The error is a number that is none, or a NUL byte.
Result<JsonText> prepare_json(std::string_view original);

// "at byte 17: what is wrong there"; the first byte has offset 0.
Error json_error(std::size_t offset, std::string_view what);

}  // namespace inbound_sms::vonage
