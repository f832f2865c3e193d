#pragma once

#include <memory>
#include <string>

#include <fcgiapp.h>

#include "base/descriptor.h"
#include "base/result.h"
#include "web/request.h"
#include "web/request_framer.h"

namespace inbound_sms::web {

// libfcgi's side of a request: kept from its reading to its answer. Holds no descriptor.
struct FreeFcgxRequest {
  void operator()(FCGX_Request* request) const;
};
using HeldRequest = std::unique_ptr<FCGX_Request, FreeFcgxRequest>;

// Where requests and responses pass through libfcgi. libfcgi reads a request from a memory file
// in which it stands whole and in one spelling (no padding, no management records), and writes
// the answer into another, so it never waits for a peer and has nothing to refuse. Each call is
// done with the files when it returns. A request is written at the beginning of its file; bytes
// of a longer one may lie behind it, where libfcgi does not come: it stops at the end of STDIN.
// A file that has grown is emptied.
//
// For one thread.
class LibfcgiExchange {
 public:
  // Throws std::runtime_error when libfcgi or a memory file cannot be had.
  LibfcgiExchange();

  // Lets libfcgi read `framed`. `held` is what write() needs later.
  Result<Request> read(const FramedRequest& framed, HeldRequest& held);

  // Lets libfcgi write the response to `held` and appends the records to `out`.
  Status write(FCGX_Request& held, const Response& response, std::string& out);

 private:
  Status fill_input(const FramedRequest& framed);
  Status take_output(std::string& out);

  Descriptor input_;
  Descriptor output_;
  std::size_t output_taken_ = 0;  // bytes of output_ that were taken
  std::string records_;           // reused for each request
};

}  // namespace inbound_sms::web
