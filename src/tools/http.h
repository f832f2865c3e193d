#pragma once

#include <cstdint>
#include <string>

namespace inbound_sms::tools {

enum class HttpFailure : std::uint8_t { none, url, name, connect, time, certificate, other };

// What came back for one request.
struct HttpAnswer {
  int status = 0;  // 0: there was no answer
  HttpFailure failure = HttpFailure::none;
  std::string error;     // the failure in libcurl's words
  std::string text;      // the start of the body
  std::string location;  // where a redirect leads
  std::string address;   // the IP address that was asked
  double seconds = 0;    // until the answer was there
};

// Sends one GET as Vonage's platform does: 3 s to connect, 15 s for all, no redirect followed. Asks
// the server itself, whatever proxy the environment names.
HttpAnswer http_get(const std::string& url);

}  // namespace inbound_sms::tools
