#pragma once

#include <memory>
#include <string>
#include <vector>

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
// the answer into the same file, so it never waits for a peer and has nothing to refuse. Of the
// parameters it gets those that a Request is made of and the first of each name only: what nobody
// looks up must not take memory until the answer is there, however many the peer has sent. Each
// call begins at the front of the file and is done with it when it returns. Bytes of a longer
// request may lie behind, where libfcgi does not come: it stops at the end of STDIN.
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
  Status fill(const FramedRequest& framed);
  Status rewind();

  const std::vector<std::string> names_;  // of the parameters that libfcgi gets
  Descriptor file_;
};

}  // namespace inbound_sms::web
