#pragma once

#include <string_view>

#include "vonage/parameters.h"

namespace inbound_sms::vonage {

// Decodes application/x-www-form-urlencoded, a body or a query string, as Vonage writes it
// (java.net.URLEncoder over UTF-8). Every text is a form, so this cannot fail:
//  - only `&` separates; empty pairs are skipped; the first `=` ends the name, and a parameter
//    without one is ""
//  - names and values are percent-decoded once, `+` is a space, and an escape that lacks its two
//    hex digits stays as it is
//  - bytes that are not UTF-8 become U+FFFD, one for each maximal invalid sequence
//  - nothing is trimmed
Decoded parse_form(std::string_view text);

}  // namespace inbound_sms::vonage
