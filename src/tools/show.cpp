#include "tools/show.h"

#include <utility>

#include "base/harmless.h"
#include "vonage/json.h"

namespace inbound_sms::tools {

namespace {

using vonage::Parameters;
using vonage::Value;

constexpr std::size_t kAddressWidth = 12;  // of a phone number as most are

// The members of a JSON object; none where the text is not one.
Parameters members_of(std::string_view json) {
  Result<vonage::Decoded> decoded = vonage::parse_json_object(json);
  return decoded ? std::move(decoded->parameters) : Parameters();
}

// A member as a person reads it: a string as it is, anything else as JSON, "" where it is absent.
std::string text_of(const Parameters& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr ? "" : value->text;
}

// The members of a member that is an object; none where it is not.
Parameters object_of(const Parameters& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || value->type != Value::Type::composite ? Parameters()
                                                                   : members_of(value->text);
}

// A number of the Messages API: a string (v1), or an object that holds one (v0.1).
std::string address_of(const Parameters& message, std::string_view name) {
  const Parameters address = object_of(message, name);
  if (address.has("number")) return text_of(address, "number");
  if (address.has("id")) return text_of(address, "id");
  return text_of(message, name);
}

// What a line is made of, before it is made harmless.
struct View {
  std::string from;
  std::string to;
  std::string marker;  // without brackets; empty: none
  std::string text;
};

View view_of_inbound_sms(const Parameters& message) {
  View view{text_of(message, "msisdn"), text_of(message, "to"), "", text_of(message, "text")};
  if (text_of(message, "type") == "binary") {
    view.marker = "binary";
    if (view.text.empty()) view.text = text_of(message, "udh") + " " + text_of(message, "data");
  }
  if (message.has("concat-part"))
    view.marker =
        "part " + text_of(message, "concat-part") + "/" + text_of(message, "concat-total");
  return view;
}

// Of a delivery receipt `msisdn` is who received our message, and `to` our own sender id.
View view_of_receipt(const Parameters& message) {
  const std::string error = text_of(message, "err-code");
  std::string text = text_of(message, "status");
  if (!error.empty() && error != "0") text += ", error " + error;
  text += ", message " + text_of(message, "messageId");
  return {text_of(message, "to"), text_of(message, "msisdn"), "receipt", std::move(text)};
}

View view_of_message(const Parameters& message) {
  View view{address_of(message, "from"), address_of(message, "to"), "", text_of(message, "text")};
  std::string type = text_of(message, "message_type");
  const Parameters content = object_of(object_of(message, "message"), "content");  // v0.1
  if (!content.empty()) {
    type = text_of(content, "type");
    view.text = text_of(content, "text");
  }
  if (type == "text") return view;
  view.marker = type.empty() ? "message" : std::move(type);
  if (view.text.empty()) view.text = message.to_json();
  return view;
}

View view_of_status(const Parameters& message) {
  const std::string error = text_of(message, "error");
  std::string text = text_of(message, "status");
  if (!error.empty()) text += ", error " + error;
  text += ", message " + text_of(message, "message_uuid");
  return {address_of(message, "from"), address_of(message, "to"), "status", std::move(text)};
}

View view_of(const std::string& kind, const Parameters& message) {
  if (kind == "inbound-sms") return view_of_inbound_sms(message);
  if (kind == "delivery-receipt") return view_of_receipt(message);
  if (kind == "message") return view_of_message(message);
  if (kind == "message-status") return view_of_status(message);
  return {"", "", kind, message.to_json()};
}

// "2026-11-24 07:30:12" from the log's "2026-11-24T07:30:12.345678Z".
std::string time_of(const Parameters& record) {
  std::string received = text_of(record, "received").substr(0, 19);
  if (received.size() > 10 && received[10] == 'T') received[10] = ' ';
  return received;
}

std::string padded(std::string address) {
  if (address.empty()) address = "?";
  if (address.size() < kAddressWidth) address.resize(kAddressWidth, ' ');
  return address;
}

std::string painted(std::string_view text, std::string_view parameter, Colour colour) {
  if (colour == Colour::off) return std::string(text);
  return "\x1b[" + std::string(parameter) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace

std::string show(std::string_view line, Colour colour) {
  const Parameters record = members_of(line);
  const Parameters message = object_of(record, "message");
  if (message.empty()) return harmless(line);

  const View view = view_of(text_of(record, "kind"), message);
  std::string shown = painted(harmless(time_of(record)), "2", colour) + "  ";
  if (!view.from.empty() || !view.to.empty()) {
    shown += painted(padded(harmless(view.from)), "1", colour) + " -> ";
    shown += padded(harmless(view.to)) + "  ";
  }
  if (!view.marker.empty()) shown += painted("[" + harmless(view.marker) + "]", "33", colour) + " ";
  return shown + (view.text.empty() ? "(empty)" : harmless(view.text));
}

}  // namespace inbound_sms::tools
