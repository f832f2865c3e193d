#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.h"

// A FastCGI peer for tests, as polite or as hostile as a test wants it. It shares no code with
// the gateway, so that a mistake in one shows against the other.
namespace inbound_sms::testing {

using Params = std::vector<std::pair<std::string, std::string>>;

// Record types of the FastCGI specification, section 8.
enum : std::uint8_t {
  kBegin = 1,
  kAbort = 2,
  kEnd = 3,
  kParams = 4,
  kStdin = 5,
  kStdout = 6,
  kData = 8,
  kGetValues = 9,
  kGetValuesResult = 10,
  kUnknownType = 11,
};

// Bytes of a record; `padding` bytes of noise follow the content.
std::string record(std::uint8_t type, std::uint16_t id, std::string_view content,
                   std::uint8_t padding = 0);
std::string begin(std::uint16_t id, bool keep, std::uint16_t role = 1, std::uint8_t padding = 0);
// Name-value pairs, lengths in one byte where that is possible.
std::string pairs(const Params& params);
// Content as a stream: records of at most `cut` bytes and the empty one.
std::string stream(std::uint8_t type, std::uint16_t id, std::string_view content,
                   std::size_t cut = 65535, std::uint8_t padding = 0);
// A whole request as web servers send it.
std::string request(std::uint16_t id, const Params& params, std::string_view body,
                    bool keep = false);
// The parameters of a GET or POST.
Params get(const std::string& query);
Params post(std::string_view body);

struct Record {
  std::uint8_t type = 0;
  std::uint16_t id = 0;
  std::string content;
};

// What came back under one request id, END_REQUEST included.
struct Answer {
  bool ended = false;  // END_REQUEST arrived
  int protocol_status = -1;
  std::string document;      // all of STDOUT
  int status() const;        // of the document's Status line; 0 without one
  std::string text() const;  // behind the empty line
};

class FastCgiClient {
 public:
  // "unix:/path" or "127.0.0.1:port". Throws std::runtime_error when nobody answers there.
  explicit FastCgiClient(const std::string& address);

  // False when the other side has closed.
  bool send(std::string_view bytes);
  // False also when the bytes do not fit into the socket within `patience`.
  bool send_within(std::string_view bytes, std::chrono::milliseconds patience);
  void finish_sending();  // SHUT_WR
  void hang_up() { socket_.reset(); }

  // The next record; nothing when the connection ended, or after the time bound.
  std::optional<Record> next();
  // Reads up to END_REQUEST of `id`; records of other ids are left out.
  Answer answer(std::uint16_t id = 1);
  // Reads to the end: true when the other side closes within the time bound.
  bool closes();
  // True when something, or the end, can be read at once.
  bool readable() const;
  // True when the other side has closed, whatever there is to be read before its end.
  bool closed() const;

 private:
  bool fill(std::size_t size);

  Descriptor socket_;
  std::string buffer_;
};

}  // namespace inbound_sms::testing
