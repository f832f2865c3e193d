#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "web/request.h"

namespace inbound_sms::tools {

// What a line of the rejected log tells of a request (doc/log-format.md).
struct RejectedRequest {
  Time received;
  web::Request request;  // as it came, but for what the log does not keep
};

// Nothing for a line that is no record of a rejected request.
std::optional<RejectedRequest> rejected_request(std::string_view line);

}  // namespace inbound_sms::tools
