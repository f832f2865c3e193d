#include "tools/event.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace inbound_sms::tools {

namespace {

using vonage::Kind;
using vonage::Parameters;

// How much of a text fits into one SMS, alone or as a part. What GSM's alphabet has beyond ASCII
// is sent as UTF-16 here, as many phones do.
struct Encoding {
  std::string_view type;
  std::size_t alone, part;  // characters of ASCII, or units of UTF-16
};
constexpr Encoding kText{"text", 160, 153};
constexpr Encoding kUnicode{"unicode", 70, 67};

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

const Encoding& encoding_of(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_ascii) ? kText : kUnicode;
}

// The units of UTF-16 that begin with this byte of UTF-8: none within a character, two where it
// begins one beyond the basic plane.
std::size_t units_at(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if ((byte & 0xC0U) == 0x80) return 0;
  return byte >= 0xF0 ? 2 : 1;
}

// Pieces of at most `size` units. No character is split.
std::vector<std::string> split(std::string_view text, std::size_t size) {
  std::vector<std::string> pieces(1);
  std::size_t used = 0;
  for (const char c : text) {
    const std::size_t units = units_at(c);
    if (used + units > size) {
      pieces.emplace_back();
      used = 0;
    }
    pieces.back() += c;
    used += units;
  }
  return pieces;
}

void add(Parameters& parameters, std::string name, std::string_view value) {
  parameters.add(std::move(name), vonage::string_value(std::string(value)));
}

// The first word, in capitals. Vonage knows other alphabets' capitals, too.
std::string keyword_of(std::string_view text) {
  std::string word(text.substr(0, text.find_first_of(" +")));
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = char(c - 'a' + 'A');
  return word;
}

struct Part {
  std::size_t number, total;
  std::string_view reference;
};

Event sms_event(const Sms& sms, const Part& part, std::string_view text, std::string_view type) {
  Event event{Kind::inbound_sms, sms.id, {}};
  Parameters& parameters = event.parameters;
  const bool concatenated = part.total > 1;
  if (concatenated) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%02u", unsigned(part.number));
    event.id += digits;
  }
  add(parameters, "msisdn", sms.from);
  add(parameters, "to", sms.to);
  add(parameters, "messageId", event.id);
  if (concatenated) {
    add(parameters, "concat", "true");
    add(parameters, "concat-ref", part.reference);
    add(parameters, "concat-total", std::to_string(part.total));
    add(parameters, "concat-part", std::to_string(part.number));
  }
  add(parameters, "text", text);
  add(parameters, "type", type);
  add(parameters, "keyword", keyword_of(text));
  return event;
}

// "2611240730", as receipts tell the time.
std::string to_scts(Time time) {
  std::string digits = to_iso(time).substr(2, 14);
  std::erase_if(digits, [](char c) { return c == '-' || c == 'T' || c == ':'; });
  return digits;
}

}  // namespace

std::vector<Event> sms_events(const Sms& sms, const std::string& reference) {
  const Encoding& encoding = encoding_of(sms.text);
  std::vector<std::string> pieces = split(sms.text, encoding.alone);
  if (pieces.size() > 1) pieces = split(sms.text, encoding.part);
  std::vector<Event> events;
  for (const std::string& piece : pieces) {
    const Part part{events.size() + 1, pieces.size(), reference};
    events.push_back(sms_event(sms, part, piece, encoding.type));
  }
  return events;
}

Event message_event(const Sms& sms, Time sent) {
  Event event{Kind::message, sms.id, {}};
  Parameters& parameters = event.parameters;
  const std::size_t parts = sms_events(sms).size();
  add(parameters, "to", sms.to);
  add(parameters, "from", sms.from);
  add(parameters, "channel", "sms");
  add(parameters, "message_uuid", sms.id);
  add(parameters, "timestamp", to_iso(sent).substr(0, 19) + "Z");
  add(parameters, "message_type", "text");
  add(parameters, "text", sms.text);
  parameters.add("sms", {vonage::Value::Type::composite,
                         R"({"num_messages":")" + std::to_string(parts) + "\"}"});
  return event;
}

Event receipt_event(const Receipt& receipt, Time sent) {
  Event event{Kind::delivery_receipt, receipt.id, {}};
  Parameters& parameters = event.parameters;
  add(parameters, "msisdn", receipt.to);
  add(parameters, "to", receipt.from);
  add(parameters, "network-code", "23410");
  add(parameters, "messageId", receipt.id);
  add(parameters, "price", "0.03330000");
  add(parameters, "status", receipt.status);
  add(parameters, "scts", to_scts(sent));
  add(parameters, "err-code", receipt.err_code);
  return event;
}

}  // namespace inbound_sms::tools
