#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "tools/event.h"
#include "tools/signing.h"

namespace inbound_sms::tools {

// To which an account can be set.
enum class Form { get, post, post_json };

// What goes over HTTP.
struct InboundRequest {
  std::string method;
  std::string url;
  std::string content_type;  // empty: none
  std::string body;
  std::string authorization = {};  // empty: none
};

// The request with which Vonage brings an event to `url` at the time `pushed`. One of the Messages
// API is JSON in any form. A query that the URL has already stays before the event's own. Where the
// account signs, the proof is of this time, too, and the same arguments give the same bytes.
InboundRequest to_request(const Event& event, Form form, const std::string& url, Time pushed,
                          const std::optional<Signing>& signing = {});

}  // namespace inbound_sms::tools
