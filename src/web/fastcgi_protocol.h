#pragma once

#include <fastcgi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Records of the FastCGI specification 1.0, as bytes; <fastcgi.h> has the names of its numbers.
// Pure functions, any thread.
namespace inbound_sms::web::fastcgi {

// The head of a record, section 3.3.
struct Header {
  std::uint8_t version = FCGI_VERSION_1;
  std::uint8_t type = 0;  // any byte may stand there, named in <fastcgi.h> or not
  std::uint16_t id = 0;
  std::uint16_t content = 0;
  std::uint8_t padding = 0;
};

// The content of FCGI_BEGIN_REQUEST, section 5.1.
struct BeginRequest {
  std::uint16_t role = FCGI_RESPONDER;
  std::uint8_t flags = 0;
};

Header parse_header(const std::array<char, FCGI_HEADER_LEN>& bytes);
BeginRequest parse_begin(std::string_view content);  // all 8 bytes

// One record without padding; `content` has at most FCGI_MAX_LENGTH bytes.
void append_record(std::string& out, std::uint8_t type, std::uint16_t id, std::string_view content);
// A whole stream: `content` cut into records, and the empty record that ends it.
void append_stream(std::string& out, std::uint8_t type, std::uint16_t id, std::string_view content);
// BEGIN_REQUEST of a Responder, with FCGI_KEEP_CONN.
void append_begin(std::string& out, std::uint16_t id);
void append_end_request(std::string& out, std::uint16_t id, std::uint8_t protocol_status);
void append_unknown_type(std::string& out, std::uint8_t type);
void append_pair(std::string& out, std::string_view name, std::string_view value);

// A name-value pair, section 3.4. The views point into what was parsed.
struct Pair {
  std::string_view name;
  std::string_view value;
};

// Takes one pair off the front of `bytes`; nothing when the pair does not end within them.
std::optional<Pair> take_pair(std::string_view& bytes);

}  // namespace inbound_sms::web::fastcgi
