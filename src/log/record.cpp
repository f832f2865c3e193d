#include "log/record.h"

#include <algorithm>

#include "base/digest.h"
#include "base/hex.h"
#include "base/text.h"

namespace inbound_sms::log {

namespace {

constexpr std::string_view kReceived = "{\"received\":\"";
constexpr std::string_view kKey = ",\"key\":\"";
constexpr std::string_view kMethod = ",\"method\":";
constexpr std::string_view kRemote = ",\"remote\":";
constexpr std::string_view kQuery = ",\"query\":";
constexpr std::size_t kIsoLength = 27;
constexpr std::size_t kHexLength = 32;

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, to_utf8(value));
}

void append_base64(std::string& out, std::string_view name, std::string_view bytes) {
  out += ",\"";
  out += name;
  out += "\":\"";
  out += base64(bytes);
  out += '"';
}

std::string begin_body(Time received) {
  std::string body(kReceived);
  body += to_iso(received);
  body += '"';
  return body;
}

}  // namespace

std::optional<Key> key_from_hex(std::string_view text) {
  // A line is compared as text: another spelling would be another key there.
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
  if (text.size() != kHexLength || std::any_of(text.begin(), text.end(), is_upper))
    return std::nullopt;
  Key key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = std::uint8_t(high << 4 | low);
  }
  return key;
}

Record to_record(const MessageRecord& message) {
  Record record{message.received, message.key, begin_body(message.received)};
  append_member(record.body, "kind", message.kind);
  append_member(record.body, "format", message.format);
  append_member(record.body, "remote", message.remote);
  append_member(record.body, "signature", message.signature);
  record.body += ",\"message\":";
  record.body += message.message;
  if (message.has_raw) append_base64(record.body, "raw", message.raw);
  if (message.key) append_member(record.body, "key", to_hex(*message.key));
  return record;
}

Record to_record(const RejectedRecord& rejected) {
  Record record{rejected.received, std::nullopt, begin_body(rejected.received)};
  append_member(record.body, "reason", rejected.reason);
  record.body += ",\"status\":";
  record.body += std::to_string(rejected.status);
  append_member(record.body, "method", rejected.method);
  append_member(record.body, "content_type", rejected.content_type);
  if (rejected.authorization) append_member(record.body, "authorization", *rejected.authorization);
  append_member(record.body, "remote", rejected.remote);
  append_base64(record.body, "query", rejected.query);
  append_base64(record.body, "body", rejected.body);
  record.key = rejected_key(record.body);
  return record;
}

std::optional<Key> message_key(std::string_view body) {
  const std::size_t length = kKey.size() + kHexLength + 1;
  if (body.size() < length || body.back() != '"') return std::nullopt;
  const std::string_view member = body.substr(body.size() - length);
  if (!member.starts_with(kKey)) return std::nullopt;
  return key_from_hex(member.substr(kKey.size(), kHexLength));
}

std::optional<Key> rejected_key(std::string_view body) {
  // What was sent, without when it came, from which of the sender's machines, and our reason. A
  // quote inside a value is escaped, so these names are found only where they are members.
  const std::size_t method = body.find(kMethod);
  const std::size_t remote = body.find(kRemote, method);
  const std::size_t query = body.find(kQuery, remote);
  if (query == std::string_view::npos) return std::nullopt;
  std::string sent(body.substr(method, remote - method));
  sent += body.substr(query);
  const Sha256 digest = sha256(sent);
  Key key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

std::optional<Time> received_of(std::string_view body) {
  if (!body.starts_with(kReceived)) return std::nullopt;
  return from_iso(body.substr(kReceived.size(), kIsoLength));
}

bool is_whole_record(std::string_view line) {
  if (!received_of(line) || !is_utf8(line)) return false;
  std::string open;  // the brackets that are to come, the next one last
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (std::uint8_t(c) < 0x20) return false;
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      open += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      if (open.empty() || open.back() != c) return false;
      open.pop_back();
      if (open.empty()) return i + 1 == line.size();
    }
  }
  return false;
}

}  // namespace inbound_sms::log
