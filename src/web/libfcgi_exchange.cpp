#include "web/libfcgi_exchange.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "web/fastcgi_protocol.h"

namespace inbound_sms::web {

using fastcgi::Type;

namespace {

// Bytes up to which buffers and memory files keep their size between requests.
constexpr std::size_t kKeptSize = 64 * 1024;

// Makes a memory file where there is none.
Status have_file(Descriptor& file) {
  if (file) return Done{};
  file.reset(::memfd_create("inbound-sms", MFD_CLOEXEC));
  if (!file) return system_error(errno, "create a memory file");
  return Done{};
}

// Gives the memory back and begins anew. Needs no new descriptor: there may be none left.
void make_empty(Descriptor& file) {
  if (::ftruncate(file.get(), 0) != 0 || ::lseek(file.get(), 0, SEEK_SET) != 0) file.reset();
}

// FCGX_Init reads the environment once. Without the variable libfcgi would linger for up to two
// seconds when it closes a descriptor.
void initialise_libfcgi() {
  static const int failed = [] {
    ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
    return FCGX_Init();
  }();
  if (failed != 0) throw std::runtime_error("libfcgi does not start");
}

std::optional<std::string> param(const char* name, const FCGX_Request& from) {
  const char* value = FCGX_GetParam(name, from.envp);
  if (value == nullptr) return std::nullopt;
  return value;
}

Request request_of(const FCGX_Request& from) {
  Request request;
  request.method = param("REQUEST_METHOD", from);
  request.query = param("QUERY_STRING", from);
  request.request_uri = param("REQUEST_URI", from).value_or("");
  request.content_type = param("CONTENT_TYPE", from).value_or("");
  request.content_length = param("CONTENT_LENGTH", from);
  request.authorization = param("HTTP_AUTHORIZATION", from);
  // Apache's name for it after an internal redirect.
  if (!request.authorization) request.authorization = param("REDIRECT_HTTP_AUTHORIZATION", from);
  request.remote = param("REMOTE_ADDR", from).value_or("");
  return request;
}

// Reads exactly `size` bytes of body and finds its end behind them.
bool read_body(FCGX_Request& from, std::string& body, std::size_t size) {
  body.resize(size);
  return FCGX_GetStr(body.data(), static_cast<int>(size), from.in) == static_cast<int>(size) &&
         FCGX_GetChar(from.in) == EOF && FCGX_GetError(from.in) == 0;
}

}  // namespace

void FreeFcgxRequest::operator()(FCGX_Request* request) const {
  FCGX_Free(request, 0);
  delete request;
}

LibfcgiExchange::LibfcgiExchange() {
  initialise_libfcgi();
  for (Descriptor* file : {&input_, &output_}) {
    if (Status made = have_file(*file); !made) throw std::runtime_error(made.error().text);
  }
}

Result<Request> LibfcgiExchange::read(const FramedRequest& framed, HeldRequest& held) {
  if (Status filled = fill_input(framed); !filled) return filled.error();
  held.reset(new FCGX_Request);
  FCGX_InitRequest(held.get(), -1, 0);
  held->keepConnection = 1;
  // libfcgi closes the descriptor when it refuses a request, so it owns it while it reads.
  held->ipcFd = input_.release();
  const int failed = FCGX_Accept_r(held.get());
  if (failed != 0) return Error{EPROTO, "libfcgi refused a request"};
  Request request = request_of(*held);
  const bool whole =
      FCGX_GetError(held->in) == 0 && read_body(*held, request.body, framed.body.size());
  input_.reset(std::exchange(held->ipcFd, -1));
  if (framed.body.size() > kKeptSize) make_empty(input_);
  if (!whole) return Error{EPROTO, "libfcgi read a request in part only"};
  FCGX_FreeStream(&held->in);  // 8 KiB that nobody needs while the answer is awaited
  request.body_size = framed.body_size;
  request.body_over_limit = framed.body_over_limit;
  return request;
}

Status LibfcgiExchange::fill_input(const FramedRequest& framed) {
  if (Status ready = have_file(input_); !ready) return ready;
  records_.clear();
  fastcgi::append_begin(records_, framed.id, {fastcgi::kRoleResponder, fastcgi::kKeepConnection});
  fastcgi::append_stream(records_, Type::params, framed.id, framed.params);
  fastcgi::append_stream(records_, Type::standard_input, framed.id, framed.body);
  for (std::size_t done = 0; done < records_.size();) {
    const ssize_t wrote = ::pwrite(input_.get(), records_.data() + done, records_.size() - done,
                                   static_cast<off_t>(done));
    if (wrote < 0) return system_error(errno, "write a request into a memory file");
    done += static_cast<std::size_t>(wrote);
  }
  if (::lseek(input_.get(), 0, SEEK_SET) != 0) return system_error(errno, "rewind a memory file");
  if (records_.capacity() > 2 * kKeptSize) records_ = std::string();
  return Done{};
}

Status LibfcgiExchange::write(FCGX_Request& held, const Response& response, std::string& out) {
  if (Status ready = have_file(output_); !ready) return ready;
  const std::string document = to_cgi(response);
  held.ipcFd = output_.get();
  const int size = static_cast<int>(document.size());
  bool written = FCGX_PutStr(document.data(), size, held.out) == size;
  // The stream that is closed last adds END_REQUEST. Closing a stream closes no descriptor.
  written = FCGX_FClose(held.err) == 0 && written;
  written = FCGX_FClose(held.out) == 0 && written;
  held.ipcFd = -1;
  Status taken = Error{EIO, "libfcgi could not write a response"};
  if (written) taken = take_output(out);
  // Also throws away a part of an answer.
  if (!taken || output_taken_ > kKeptSize) {
    make_empty(output_);
    output_taken_ = 0;
  }
  return taken;
}

// Appends what libfcgi has written behind what was taken before: it writes on where it ended.
Status LibfcgiExchange::take_output(std::string& out) {
  constexpr std::size_t kChunk = 4096;
  for (std::size_t got = kChunk; got == kChunk;) {
    const std::size_t before = out.size();
    out.resize(before + kChunk);
    const ssize_t size =
        ::pread(output_.get(), out.data() + before, kChunk, static_cast<off_t>(output_taken_));
    if (size < 0) return system_error(errno, "read a response from a memory file");
    got = static_cast<std::size_t>(size);
    out.resize(before + got);
    output_taken_ += got;
  }
  return Done{};
}

}  // namespace inbound_sms::web
