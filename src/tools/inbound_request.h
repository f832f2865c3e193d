#pragma once

#include <string>

#include "base/clock.h"
#include "tools/event.h"

namespace inbound_sms::tools {

// To which an account can be set.
enum class Form { get, post, post_json };

// What goes over HTTP.
struct InboundRequest {
  std::string method;
  std::string url;
  std::string content_type;  // empty: none
  std::string body;
};

// The request with which Vonage brings an event to `url` at the time `pushed`. One of the Messages
// API is JSON in any form. A query that the URL has already stays before the event's own.
InboundRequest to_request(const Event& event, Form form, const std::string& url, Time pushed);

}  // namespace inbound_sms::tools
