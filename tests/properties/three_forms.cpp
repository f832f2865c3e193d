#include <rapidjson/document.h>

#include <string>

#include "base/text.h"
#include "properties/independent.h"
#include "properties/requests.h"
#include "properties/require.h"
#include "properties/verdict.h"
#include "receiver.h"
#include "support/json.h"

namespace inbound_sms::properties {

namespace {

// The ways in which the forms may spell a message, one bit each.
struct Ways {
  explicit Ways(unsigned char bits)
      : form{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0},
        json_escapes((bits & 8) != 0),
        json_blanks((bits & 16) != 0),
        bare_names((bits & 32) != 0) {}

  Spelling form;
  bool json_escapes;  // of every character that is not ASCII
  bool json_blanks;
  bool bare_names;  // a name without `=` for an empty value
};

std::string form_of(const Pairs& pairs, const Ways& ways) {
  std::string form;
  for (const auto& [name, value] : pairs) {
    if (!form.empty()) form += '&';
    form += to_form(name, ways.form);
    const bool bare = ways.bare_names && value.empty() && !name.empty();
    if (!bare) form += "=" + to_form(value, ways.form);
  }
  return form;
}

void append_unit(std::string& out, unsigned unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[unit >> shift & 15];
}

// The character at the front of well-formed UTF-8.
unsigned take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const int length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  unsigned code = length == 1 ? first : first & (0xffU >> (length + 1));
  for (int i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[std::size_t(i)]) & 0x3fU);
  text.remove_prefix(std::size_t(length));
  return code;
}

// A JSON string; bytes that are no UTF-8 stand in it as they are.
std::string json_string(std::string_view text, const Ways& ways) {
  std::string json = "\"";
  if (!ways.json_escapes || !is_utf8_too(text)) {
    append_json_escaped(json, text);
    return json + '"';
  }
  while (!text.empty()) {
    const unsigned code = take_character(text);
    if (code >= 0x10000) append_unit(json, 0xd800 + ((code - 0x10000) >> 10));
    append_unit(json, code >= 0x10000 ? 0xdc00 + (code & 0x3ff) : code);
  }
  return json + '"';
}

std::string json_of(const Pairs& pairs, const Ways& ways) {
  const std::string blank = ways.json_blanks ? " \r\n\t" : "";
  std::string json = blank + "{";
  for (const auto& [name, value] : pairs) {
    if (&name != &pairs.front().first) json += ',' + blank;
    json += json_string(name, ways) + blank + ":" + blank + json_string(value, ways) + blank;
  }
  return json + "}" + blank;
}

web::Request post(std::string_view content_type, std::string body) {
  web::Request request;
  request.method = "POST";
  request.query = "";
  request.content_type = content_type;
  request.body_size = body.size();
  request.body = std::move(body);
  return request;
}

Verdict received(const web::Request& request) {
  const Time now{std::chrono::seconds(1'795'505'412)};
  Verdict verdict = receive(request, now, {});
  check_verdict(request, now, verdict);
  return verdict;
}

void require_same(const Accepted& one, const Verdict& other) {
  const auto* accepted = std::get_if<Accepted>(&other);
  require(accepted != nullptr, "a message is accepted in all three forms");
  require(message_of(accepted->record) == message_of(one.record), "the message is the same");
  require(accepted->record.key == one.record.key, "the key is the same");
  require(accepted->name == one.name, "it is named alike");
}

// Each value where RapidJSON finds it, when no name stands twice.
void require_pairs(const Accepted& accepted, const Pairs& pairs) {
  const rapidjson::Document message = testing::parse_json(message_of(accepted.record));
  if (message.MemberCount() != pairs.size()) return;
  for (const auto& [name, value] : pairs) {
    const std::string key = to_utf8_too(name);
    const auto member =
        message.FindMember(rapidjson::Value(key.data(), rapidjson::SizeType(key.size())));
    require(member != message.MemberEnd() && member->value.IsString(), "every name is there");
    require(std::string(member->value.GetString(), member->value.GetStringLength()) ==
                to_utf8_too(value),
            "every value is what was sent");
  }
}

}  // namespace

void check_three_forms(std::string_view text) {
  if (text.empty()) return;
  const Ways ways(static_cast<unsigned char>(text[0]));
  const Pairs pairs = pairs_of_form(text.substr(1));
  if (pairs.empty()) return;

  web::Request get;
  get.method = "GET";
  get.query = form_of(pairs, ways);
  const Verdict query = received(get);
  const auto* accepted = std::get_if<Accepted>(&query);
  require(accepted != nullptr, "a message is accepted as a query");
  require_same(*accepted, received(post("application/x-www-form-urlencoded", *get.query)));
  require_same(*accepted, received(post("application/json", json_of(pairs, ways))));
  require_pairs(*accepted, pairs);
}

}  // namespace inbound_sms::properties
