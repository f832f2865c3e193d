#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "web/fastcgi_protocol.h"

namespace inbound_sms::web {

// A whole request as it came in records: the two streams put together again.
struct FramedRequest {
  std::uint16_t id = 0;
  bool keep_connection = false;
  std::string params;         // name-value pairs, every one of them within the stream
  std::string body;           // empty when it was over the limit
  std::size_t body_size = 0;  // bytes that arrived, kept or thrown away
  bool body_over_limit = false;
};

struct FramerLimits {
  std::size_t max_params = 0;       // bytes of PARAMS
  std::size_t max_body = 0;         // bytes of STDIN; more is counted and thrown away
  std::size_t max_connections = 0;  // what FCGI_GET_VALUES is told
};

// The record walk in front of libfcgi, for one connection: bytes in, whole requests out
// (FastCGI specification 1.0). It keeps the content of the two streams and at most one record
// head; padding, cuts between records and records that do not belong go no further. No I/O.
//
// Answered here, into `replies`:
//   FCGI_GET_VALUES (id 0)            FCGI_GET_VALUES_RESULT, the three names of section 4.1
//   any other record with id 0        FCGI_UNKNOWN_TYPE, its content is skipped (4.2)
//   BEGIN_REQUEST of an unknown role  END_REQUEST UNKNOWN_ROLE (only Responder is known)
//   BEGIN_REQUEST while another request is read   END_REQUEST CANT_MPX_CONN for the new id
//   ABORT_REQUEST of the request      END_REQUEST; it is forgotten, read or in hand
// Ignored: records of ids that are not active; of the active id FCGI_DATA, what only applications
//   send (STDOUT, STDERR, END_REQUEST) and unknown types; STDIN and PARAMS of a request in hand;
//   padding, reserved bytes, the content of ABORT_REQUEST. STDIN over the limit is counted.
// Waits: BEGIN_REQUEST behind a request in hand, and all that comes after it, until answered().
// Refused, the connection is to be closed: a version other than 1 (also what speaks HTTP),
//   BEGIN_REQUEST of a wrong size or of the id that is read, PARAMS after their end, STDIN
//   before it, PARAMS over the limit, pairs that do not end within the stream, a NUL in them,
//   GET_VALUES over 1024 bytes or with a name that does not end within it.
class RequestFramer {
 public:
  enum class Step {
    more,     // all bytes taken, nothing to do
    whole,    // a request is whole: take() it
    waiting,  // a BEGIN_REQUEST waits for answered(); the bytes behind it are not taken
    aborted,  // the request in hand was aborted, its END_REQUEST is in `replies`
    hang_up,  // send `replies`, then close: the peer did not ask to keep the connection
    broken,   // close; fault() says why. Not to be called again
  };

  // `limits` must outlive the framer.
  explicit RequestFramer(const FramerLimits& limits) : limits_(&limits) {}

  // Takes bytes off the front of `bytes` up to the next step; appends to `replies`.
  Step walk(std::string_view& bytes, std::string& replies);

  // The whole request; from here on it is in hand.
  FramedRequest take();
  // The request in hand has its answer: the next one may begin.
  void answered() { phase_ = Phase::none; }

  // True when nothing has begun: no request, no part of a record.
  bool idle() const { return phase_ == Phase::none && header_size_ == 0; }
  // True when a BEGIN_REQUEST stands behind the request in hand.
  bool waiting() const {
    return phase_ == Phase::in_hand && header_size_ == bytes_.size() && !open_;
  }
  // The memory that its buffers take, in bytes.
  std::size_t held_bytes() const;
  // Why the connection is to be closed, after Step::broken.
  const char* fault() const { return fault_; }

 private:
  enum class Phase { none, params, body, in_hand };
  enum class Fate { skip, params, body, control };

  bool fill_header(std::string_view& bytes);
  Step open_record();
  Step route_stream();
  bool take_content(std::string_view& bytes);
  void keep(std::string_view content);
  void keep_body(std::string_view content);
  Step close_record(std::string& replies);
  Step close_management(std::string& replies);
  Step close_begin(std::string& replies);
  Step close_abort(std::string& replies);
  Step close_params();
  Step broken(const char* fault);

  const FramerLimits* limits_;
  const char* fault_ = nullptr;
  Phase phase_ = Phase::none;
  FramedRequest request_;

  // The record that is walked through.
  std::array<char, FCGI_HEADER_LEN> bytes_{};
  std::size_t header_size_ = 0;  // of bytes_, until the record ends
  bool open_ = false;            // the head was accepted
  fastcgi::Header header_;
  Fate fate_ = Fate::skip;
  std::size_t content_left_ = 0;
  std::size_t padding_left_ = 0;
  std::string control_;  // content of BEGIN_REQUEST and GET_VALUES
};

}  // namespace inbound_sms::web
