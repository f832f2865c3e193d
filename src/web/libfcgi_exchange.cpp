#include "web/libfcgi_exchange.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

#include "web/fastcgi_protocol.h"

namespace inbound_sms::web {

namespace {

// FCGX_Init reads the environment once. Without the variable libfcgi would linger for up to two
// seconds when it closes a descriptor.
void initialise_libfcgi() {
  static const int failed = [] {
    ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
    return FCGX_Init();
  }();
  if (failed != 0) throw std::runtime_error("libfcgi does not start");
}

// The meta-variables that a Request is made of.
std::vector<std::string> names_that_count() {
  std::vector<std::string> names;
  request_from([&names](const char* name) -> const char* {
    names.emplace_back(name);
    return nullptr;  // so that it looks for the next best, too
  });
  return names;
}

// The first pair of each of these names.
std::string pairs_that_count(std::string_view params, std::vector<std::string> names) {
  std::string kept;
  while (const auto pair = fastcgi::take_pair(params)) {
    const auto name = std::find(names.begin(), names.end(), pair->name);
    if (name == names.end()) continue;
    names.erase(name);
    fastcgi::append_pair(kept, pair->name, pair->value);
  }
  return kept;
}

// Reads exactly `size` bytes of body and finds its end behind them.
bool read_body(FCGX_Request& from, std::string& body, std::size_t size) {
  body.resize(size);
  return FCGX_GetStr(body.data(), int(size), from.in) == int(size) &&
         FCGX_GetChar(from.in) == EOF && FCGX_GetError(from.in) == 0;
}

}  // namespace

void FreeFcgxRequest::operator()(FCGX_Request* request) const {
  FCGX_Free(request, 0);
  delete request;
}

LibfcgiExchange::LibfcgiExchange() : names_(names_that_count()) {
  initialise_libfcgi();
  if (Status ready = rewind(); !ready) throw std::runtime_error(ready.error().text);
}

Result<Request> LibfcgiExchange::read(const FramedRequest& framed, HeldRequest& held) {
  if (Status filled = fill(framed); !filled) return filled.error();
  held.reset(new FCGX_Request);
  FCGX_InitRequest(held.get(), -1, 0);
  held->keepConnection = 1;
  // libfcgi closes the descriptor when it refuses a request, so it owns it while it reads.
  held->ipcFd = file_.release();
  if (FCGX_Accept_r(held.get()) != 0) return Error{EPROTO, "libfcgi refused a request"};
  Request request = request_from([&](const char* name) { return FCGX_GetParam(name, held->envp); });
  const bool whole =
      FCGX_GetError(held->in) == 0 && read_body(*held, request.body, framed.body.size());
  file_.reset(std::exchange(held->ipcFd, -1));
  if (!whole) return Error{EPROTO, "libfcgi read a request in part only"};
  FCGX_FreeStream(&held->in);  // 8 KiB that nobody needs while the answer is awaited
  request.body_size = framed.body_size;
  request.body_over_limit = framed.body_over_limit;
  return request;
}

Status LibfcgiExchange::write(FCGX_Request& held, const Response& response, std::string& out) {
  if (Status ready = rewind(); !ready) return ready;
  const std::string document = to_cgi(response);
  const int size = int(document.size());
  held.ipcFd = file_.get();
  bool written = FCGX_PutStr(document.data(), size, held.out) == size;
  // The stream that is closed last adds END_REQUEST. Closing a stream closes no descriptor.
  written = FCGX_FClose(held.err) == 0 && written;
  written = FCGX_FClose(held.out) == 0 && written;
  held.ipcFd = -1;
  if (!written) return Error{EIO, "libfcgi could not write a response"};
  const std::size_t before = out.size();
  const off_t records = ::lseek(file_.get(), 0, SEEK_CUR);
  out.resize(before + std::size_t(records));
  if (::pread(file_.get(), out.data() + before, std::size_t(records), 0) != records)
    return system_error(errno, {"read a response from a memory file"});
  return Done{};
}

Status LibfcgiExchange::fill(const FramedRequest& framed) {
  if (Status ready = rewind(); !ready) return ready;
  std::string records;
  fastcgi::append_begin(records, framed.id);
  fastcgi::append_stream(records, FCGI_PARAMS, framed.id, pairs_that_count(framed.params, names_));
  fastcgi::append_stream(records, FCGI_STDIN, framed.id, framed.body);
  const ssize_t wrote = ::pwrite(file_.get(), records.data(), records.size(), 0);
  if (wrote != ssize_t(records.size()))
    return system_error(wrote < 0 ? errno : ENOSPC, {"write a request into a memory file"});
  return Done{};
}

// Makes the memory file where there is none, which is so after a refusal only.
Status LibfcgiExchange::rewind() {
  if (!file_) file_.reset(::memfd_create("inbound-sms", MFD_CLOEXEC));
  if (!file_ || ::lseek(file_.get(), 0, SEEK_SET) != 0)
    return system_error(errno, {"have a memory file"});
  return Done{};
}

}  // namespace inbound_sms::web
