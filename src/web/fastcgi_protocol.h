#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Records of the FastCGI specification 1.0, as bytes. Pure functions, any thread.
namespace inbound_sms::web::fastcgi {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kMaxContent = 65535;
constexpr std::uint16_t kManagementId = 0;   // section 3.3: the null request id
constexpr std::uint16_t kRoleResponder = 1;  // section 6.2
constexpr std::uint8_t kKeepConnection = 1;  // the flag FCGI_KEEP_CONN, section 5.1

enum class Type : std::uint8_t {
  begin_request = 1,
  abort_request = 2,
  end_request = 3,
  params = 4,
  standard_input = 5,
  standard_output = 6,
  standard_error = 7,
  data = 8,
  get_values = 9,
  get_values_result = 10,
  unknown_type = 11,
};

// FCGI_END_REQUEST's protocolStatus, section 5.5.
enum class EndStatus : std::uint8_t { complete = 0, cannot_multiplex = 1, unknown_role = 3 };

// The head of a record, section 3.3.
struct Header {
  std::uint8_t version = kVersion;
  Type type = Type::unknown_type;  // any byte may stand there, named above or not
  std::uint16_t id = 0;
  std::uint16_t content = 0;
  std::uint8_t padding = 0;
};

// The content of FCGI_BEGIN_REQUEST, section 5.1.
struct BeginRequest {
  std::uint16_t role = kRoleResponder;
  std::uint8_t flags = 0;
};
constexpr std::size_t kBeginRequestSize = 8;

Header parse_header(const std::array<char, kHeaderSize>& bytes);
BeginRequest parse_begin(std::string_view content);  // kBeginRequestSize bytes

// One record without padding; `content` has at most kMaxContent bytes.
void append_record(std::string& out, Type type, std::uint16_t id, std::string_view content);
// A whole stream: `content` cut into records, and the empty record that ends it.
void append_stream(std::string& out, Type type, std::uint16_t id, std::string_view content);
void append_begin(std::string& out, std::uint16_t id, BeginRequest begin);
void append_end_request(std::string& out, std::uint16_t id, EndStatus status);
void append_unknown_type(std::string& out, Type type);
void append_pair(std::string& out, std::string_view name, std::string_view value);

// A name-value pair, section 3.4. The views point into what was parsed.
struct Pair {
  std::string_view name;
  std::string_view value;
};

// Takes one pair off the front of `bytes`; nothing when the pair does not end within them.
std::optional<Pair> take_pair(std::string_view& bytes);

}  // namespace inbound_sms::web::fastcgi
