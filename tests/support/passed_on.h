#pragma once

#include "tools/inbound_request.h"
#include "web/request.h"

namespace inbound_sms::testing {

// What a web server makes of the request for the handler.
inline web::Request as_passed_on(const tools::InboundRequest& request) {
  web::Request passed;
  passed.method = request.method;
  const std::size_t mark = request.url.find('?');
  passed.query = mark == request.url.npos ? "" : request.url.substr(mark + 1);
  passed.content_type = request.content_type;
  if (!request.authorization.empty()) passed.authorization = request.authorization;
  passed.remote = "198.51.100.7";
  passed.body = request.body;
  passed.body_size = request.body.size();
  return passed;
}

}  // namespace inbound_sms::testing
