#include "vonage/identity.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/text.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kInboundSms[] = {"messageId",    "to",         "msisdn", "type",
                                            "text",         "data",       "udh",    "concat-ref",
                                            "concat-total", "concat-part"};
constexpr std::string_view kDeliveryReceipt[] = {"messageId", "status", "err-code", "scts"};
constexpr std::string_view kMessage[] = {"message_uuid", "from", "to",     "channel",
                                         "message_type", "text", "message"};
constexpr std::string_view kMessageStatus[] = {"message_uuid", "status", "timestamp", "error"};

// The names that count, the id first.
std::span<const std::string_view> members(Kind kind) {
  switch (kind) {
    case Kind::inbound_sms:
      return kInboundSms;
    case Kind::delivery_receipt:
      return kDeliveryReceipt;
    case Kind::message:
      return kMessage;
    case Kind::message_status:
      return kMessageStatus;
    case Kind::unrecognized:
      break;
  }
  return {};
}

std::string bytes_of(const Value* value) {
  if (value == nullptr || value->type == Value::Type::null) return {};
  std::string bytes;
  if (value->type == Value::Type::string) {
    append_json_escaped(bytes, value->text);
  } else {
    bytes = value->text;
  }
  std::replace_if(
      bytes.begin(), bytes.end(), [](char c) { return c == '&' || c == '='; }, '_');
  return bytes;
}

}  // namespace

std::optional<Identity> identity(Kind kind, const Parameters& parameters) {
  if (id_of(kind, parameters) == nullptr) return std::nullopt;
  std::string input(to_word(kind));
  input += '\n';
  for (const std::string_view name : members(kind)) {
    const std::string bytes = bytes_of(parameters.find(name));
    input += name;
    input += '=' + std::to_string(bytes.size()) + ':' + bytes + '\n';
  }
  const Sha256 digest = sha256(input);
  Identity half;
  std::copy_n(digest.begin(), half.size(), half.begin());
  return half;
}

const Value* id_of(Kind kind, const Parameters& parameters) {
  const std::span<const std::string_view> names = members(kind);
  const Value* id = names.empty() ? nullptr : parameters.find(names.front());
  if (id == nullptr || id->text.empty() || id->type == Value::Type::composite) return nullptr;
  return id;
}

}  // namespace inbound_sms::vonage
