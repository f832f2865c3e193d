#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tools/inbound_request.h"

namespace inbound_sms::tools {

// How long Vonage waits.
struct HttpLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(3);
  std::chrono::milliseconds answer = std::chrono::seconds(15);  // since the attempt began
};

enum class HttpFailure : std::uint8_t { none, url, name, connect, time, certificate, other };

struct HttpAnswer {
  int status = 0;     // 0: there was none, `error` says why
  std::string error;  // for a person
  HttpFailure failure = HttpFailure::none;
  std::string text = {};      // the start of the body
  std::string location = {};  // where a redirect leads
  std::string address = {};   // the IP address that was asked
  double seconds = 0;         // until the answer was there
};

// A client that sends one request after the other, over the same connection where the server
// leaves it open. It follows no redirect and knows no proxy, as a webhook's sender does. For one
// thread.
class HttpConnection {
 public:
  // Throws std::runtime_error when libcurl cannot be had.
  explicit HttpConnection(HttpLimits limits = {});

  // Returns with the answer, or when there is none in time: then the connection is closed, and
  // what came of the request is not known.
  HttpAnswer send(const InboundRequest& request);

 private:
  HttpLimits limits_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

}  // namespace inbound_sms::tools
