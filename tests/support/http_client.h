#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inbound_sms::testing {

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::vector<std::string> headers = {};  // "Name: value"; no Content-Type unless it is here
  std::optional<std::string> body = {};
  bool chunked = false;                // send the body without its length
  std::size_t piece = 0;               // most of the body that goes out at once; 0: no limit
  std::chrono::microseconds pause{0};  // before each piece
};

struct HttpAnswer {
  int status = 0;                              // 0: there was no answer, `error` says why
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  double seconds = 0;
  std::string error;
};

// Sends one request on a connection of its own and waits for the answer, a long time at most.
// Any number of threads may call it.
HttpAnswer send(const HttpRequest& request);

}  // namespace inbound_sms::testing
