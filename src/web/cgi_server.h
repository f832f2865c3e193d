#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/report.h"
#include "base/result.h"
#include "web/application.h"

namespace inbound_sms::web {

struct CgiLimits {
  std::size_t max_body = 256 * 1024;  // bytes; a larger body is read and thrown away
  // From the start to the last byte of the body, and from there to the answer: together below the
  // 15 s that Vonage waits.
  std::chrono::milliseconds request{6'000};
  std::chrono::milliseconds answer{8'000};
  std::chrono::milliseconds end{200};      // from the announced length to the end of the stream
  std::chrono::milliseconds send{10'000};  // for the web server to take its answer
};

// The CGI gateway (RFC 3875): the one request that the process was started for, its meta-variables
// in the environment, its body on descriptor 0, its answer on descriptor 1. Arguments are none of
// it: a web server may have made them from the query (section 4.4).
//
// Standard input is read to its end whatever the request is: Apache's mod_cgid holds back the
// answer of a program that leaves something unread. A server need not close it behind the
// announced length (section 4.2), so then the end is waited for only a moment; a body without a
// length ends where its stream does.
//
// For one thread.
class CgiServer {
 public:
  // `application` must outlive the server.
  CgiServer(Application& application, CgiLimits limits, Report report)
      : application_(application), limits_(limits), report_(std::move(report)) {}

  // Calls `on_readable` from run() whenever `fd` (not owned) is readable. Before run() only.
  void watch(int fd, std::function<void()> on_readable) {
    watched_.emplace_back(fd, std::move(on_readable));
  }

  // The response of the request, if handle() left it open.
  void answer(Ticket ticket, const Response& response);

  // Reads the request and writes its answer. Descriptors 0, 1 and 2 are /dev/null from then on:
  // the web server sees that nothing more will come, however long the process lives.
  void run();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  Status read_body(Request& request) const;
  std::optional<Response> await_answer();

  Application& application_;
  const CgiLimits limits_;
  const Report report_;
  std::vector<std::pair<int, std::function<void()>>> watched_;
  std::optional<Response> response_;
};

}  // namespace inbound_sms::web
