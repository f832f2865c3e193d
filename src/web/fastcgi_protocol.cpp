#include "web/fastcgi_protocol.h"

#include <algorithm>

namespace inbound_sms::web::fastcgi {

namespace {

constexpr std::size_t kLongLength = 0x80;  // the top bit says that a length has four bytes

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return std::uint8_t(bytes[index]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t index) {
  return std::uint16_t(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

void append_number(std::string& out, std::size_t number) {
  out += char(number >> 8 & 0xff);
  out += char(number & 0xff);
}

void append_length(std::string& out, std::size_t length) {
  if (length < kLongLength) {
    out += char(length);
    return;
  }
  append_number(out, length >> 16 | 0x8000);
  append_number(out, length);
}

std::optional<std::size_t> take_length(std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  std::size_t length = byte_at(bytes, 0);
  std::size_t size = 1;
  if ((length & kLongLength) != 0) {
    size = 4;
    if (bytes.size() < size) return std::nullopt;
    length = (number_at(bytes, 0) & std::size_t{0x7fff}) << 16 | number_at(bytes, 2);
  }
  bytes.remove_prefix(size);
  return length;
}

}  // namespace

Header parse_header(const std::array<char, FCGI_HEADER_LEN>& bytes) {
  const std::string_view view(bytes.data(), bytes.size());
  return {byte_at(view, 0), byte_at(view, 1), number_at(view, 2), number_at(view, 4),
          byte_at(view, 6)};
}

BeginRequest parse_begin(std::string_view content) {
  return {number_at(content, 0), byte_at(content, 2)};
}

void append_record(std::string& out, std::uint8_t type, std::uint16_t id,
                   std::string_view content) {
  out += char(FCGI_VERSION_1);
  out += char(type);
  append_number(out, id);
  append_number(out, content.size());
  out.append(2, '\0');  // padding length, reserved
  out += content;
}

void append_stream(std::string& out, std::uint8_t type, std::uint16_t id,
                   std::string_view content) {
  while (!content.empty()) {
    const std::size_t size = std::min(content.size(), std::size_t(FCGI_MAX_LENGTH));
    append_record(out, type, id, content.substr(0, size));
    content.remove_prefix(size);
  }
  append_record(out, type, id, {});
}

void append_begin(std::string& out, std::uint16_t id) {
  const std::string content{0, FCGI_RESPONDER, FCGI_KEEP_CONN, 0, 0, 0, 0, 0};
  append_record(out, FCGI_BEGIN_REQUEST, id, content);
}

void append_end_request(std::string& out, std::uint16_t id, std::uint8_t protocol_status) {
  std::string content(8, '\0');  // appStatus 0, protocolStatus, reserved
  content[4] = char(protocol_status);
  append_record(out, FCGI_END_REQUEST, id, content);
}

void append_unknown_type(std::string& out, std::uint8_t type) {
  std::string content(8, '\0');  // the type, reserved
  content[0] = char(type);
  append_record(out, FCGI_UNKNOWN_TYPE, FCGI_NULL_REQUEST_ID, content);
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  append_length(out, name.size());
  append_length(out, value.size());
  out += name;
  out += value;
}

std::optional<Pair> take_pair(std::string_view& bytes) {
  std::string_view rest = bytes;
  const std::optional<std::size_t> name = take_length(rest);
  if (!name) return std::nullopt;
  const std::optional<std::size_t> value = take_length(rest);
  // Compared one after the other, so that no sum of lengths can overflow.
  if (!value || *name > rest.size() || *value > rest.size() - *name) return std::nullopt;
  const Pair pair{rest.substr(0, *name), rest.substr(*name, *value)};
  bytes = rest.substr(*name + *value);
  return pair;
}

}  // namespace inbound_sms::web::fastcgi
