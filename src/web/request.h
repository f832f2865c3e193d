#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inbound_sms::web {

// One request as the web server passed it on: CGI meta-variables (RFC 3875 section 4.1) and the
// body. Raw: nothing is decoded. A value type, owned by whoever holds it.
struct Request {
  std::optional<std::string> method;          // REQUEST_METHOD; none: it was not passed
  std::optional<std::string> query;           // QUERY_STRING; none: it was not passed
  std::string request_uri;                    // REQUEST_URI, not in RFC 3875 but passed by all
  std::string content_type;                   // CONTENT_TYPE
  std::optional<std::string> content_length;  // CONTENT_LENGTH as spelled
  std::optional<std::string> authorization;   // HTTP_AUTHORIZATION
  std::string remote;                         // REMOTE_ADDR
  std::string body;                           // empty when it was over the limit
  std::size_t body_size = 0;                  // bytes that arrived, kept or thrown away
  bool body_over_limit = false;               // more than the limit arrived; nothing of it is kept
};

// Looks up a meta-variable by its name; nullptr where it was not passed.
using Variables = std::function<const char*(const char* name)>;

// The request that these meta-variables tell of, its body still to come.
Request request_from(const Variables& variables);

// What CONTENT_LENGTH says, in bytes; nothing where it leaves the length open (absent, empty, -1:
// the body ends where its stream does). An Error where it is no number.
Result<std::optional<std::uint64_t>> announced_length(const Request& request);

// What goes back. `text` is one line of text/plain without its newline; a 204 carries none.
struct Response {
  int status = 204;
  std::string text;
  std::string_view header = {};  // one more header line without its end, of static storage
};

// A 503 that asks for the request to be sent again.
Response unavailable(std::string text);

// The response as a CGI document (RFC 3875 section 6.2.1): "Status:" first, CRLF line ends.
std::string to_cgi(const Response& response);

}  // namespace inbound_sms::web
