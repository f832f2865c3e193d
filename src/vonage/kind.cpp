#include "vonage/kind.h"

#include <algorithm>
#include <initializer_list>

namespace inbound_sms::vonage {

namespace {

bool has_any(const Parameters& parameters, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return parameters.has(name); });
}

// Only a string can be spelled like one of these.
bool is_type_of_message(const Value* type) {
  return type != nullptr &&
         (type->text == "text" || type->text == "unicode" || type->text == "binary");
}

// What only an inbound message has. `text` alone would not do: a binary message has none.
bool has_content(const Parameters& parameters) {
  return has_any(parameters, {"text", "data", "udh", "keyword", "concat"}) ||
         is_type_of_message(parameters.find("type"));
}

}  // namespace

std::string_view to_word(Kind kind) {
  switch (kind) {
    case Kind::inbound_sms:
      return "inbound-sms";
    case Kind::delivery_receipt:
      return "delivery-receipt";
    case Kind::message:
      return "message";
    case Kind::message_status:
      return "message-status";
    case Kind::unrecognized:
      break;
  }
  return "unrecognized";
}

std::optional<Kind> classify(const Parameters& parameters) {
  if (parameters.empty()) return std::nullopt;
  if (has_any(parameters, {"message_uuid", "channel", "message_type"})) {
    const bool status = parameters.has("status") && !has_any(parameters, {"message_type", "text"});
    return status ? Kind::message_status : Kind::message;
  }
  if (has_content(parameters))
    return has_any(parameters, {"msisdn", "to"}) ? Kind::inbound_sms : Kind::unrecognized;
  return has_any(parameters, {"status", "err-code", "scts"}) ? Kind::delivery_receipt
                                                             : Kind::unrecognized;
}

}  // namespace inbound_sms::vonage
