#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for every request, or Violated is thrown: see the .cpp. The text has a line each for
// REQUEST_METHOD, QUERY_STRING, REQUEST_URI, CONTENT_TYPE, CONTENT_LENGTH, HTTP_AUTHORIZATION and
// REMOTE_ADDR; what follows is the body. A line "~" stands for a variable that is not passed, as
// CONTENT_LENGTH "=" for the right one.
void check_request(std::string_view text);

// The text is a form (whose first byte chooses among ways to spell it). A message with these
// parameters is the same in all three forms: the same `message`, the same key.
void check_three_forms(std::string_view text);

}  // namespace inbound_sms::properties
