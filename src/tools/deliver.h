#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tools/delivery.h"
#include "tools/http_connection.h"
#include "tools/inbound_request.h"

namespace inbound_sms::tools {

// Sends one request and waits for its answer. For one thread; must not throw.
using Send = std::function<HttpAnswer(const InboundRequest&)>;

// What a repeat proves itself with. It is not known which of the two Vonage does.
enum class RepeatedProof : std::uint8_t {
  fresh,  // one of its own
  first,  // that of the first attempt: it is the very same request
};

// Where events go, and how.
struct Route {
  std::string url;
  Form form = Form::get;
  std::size_t connections = 8;  // attempts that are made at the same time, at most
  HttpLimits limits = {};
  std::optional<Signing> signing = {};
  RepeatedProof repeated_proof = RepeatedProof::fresh;
  // Opens one of the connections; nothing: an HttpConnection with these limits. Any thread.
  std::function<Send()> connect = {};
};

// Told of a delivery when it was taken or given up. Any thread, one call at a time; must not throw.
using Ended = std::function<void(const Delivery&)>;

// Makes all attempts of all deliveries as they fall due. A run begins with the call; the first
// attempts are due when the deliveries say. Where too many are due at the same time, those that
// have waited longest go first. Returns when each was taken or given up. Throws what `connect`
// throws.
void deliver(std::vector<Delivery>& deliveries, const Route& route, const Ended& ended = {});

}  // namespace inbound_sms::tools
