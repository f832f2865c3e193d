#include "properties/json.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "properties/independent.h"
#include "properties/require.h"
#include "support/json.h"
#include "vonage/json.h"
#include "vonage/json_text.h"

namespace inbound_sms::properties {

namespace {

using rapidjson::Document;
using vonage::Decoded;

int levels_of(const rapidjson::Value& value) {
  int deepest = 0;
  if (value.IsObject())
    for (const auto& member : value.GetObject())
      deepest = std::max(deepest, levels_of(member.value));
  if (value.IsArray())
    for (const auto& one : value.GetArray()) deepest = std::max(deepest, levels_of(one));
  return deepest + (value.IsObject() || value.IsArray() ? 1 : 0);
}

// The object as it has to stand on the log: members of one name together in an array.
Document with_repeats_joined(const Document& object) {
  Document joined;
  joined.SetObject();
  auto& allocator = joined.GetAllocator();
  for (const auto& member : object.GetObject()) {
    if (joined.HasMember(member.name)) continue;
    rapidjson::Value values(rapidjson::kArrayType);
    for (const auto& other : object.GetObject())
      if (other.name == member.name)
        values.PushBack(rapidjson::Value(other.value, allocator), allocator);
    rapidjson::Value value;
    if (values.Size() == 1)
      value = values[0];
    else
      value = values;
    joined.AddMember(rapidjson::Value(member.name, allocator), value, allocator);
  }
  return joined;
}

// The UTF-16 unit of the escape at the front; -1 where there is none.
long unit_of(std::string_view text) {
  if (text.size() < 6 || text.substr(0, 2) != "\\u") return -1;
  const std::string digits(text.substr(2, 4));
  if (digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) return -1;
  return std::strtol(digits.c_str(), nullptr, 16);
}

// With the escape of U+FFFD in the place of each surrogate without its other half, which RapidJSON
// refuses or takes for what it is not.
std::string without_halves(std::string_view text) {
  std::string whole;
  while (!text.empty()) {
    const long unit = unit_of(text);
    const bool high = unit >= 0xd800 && unit < 0xdc00, low = unit >= 0xdc00 && unit < 0xe000;
    const long next = high ? unit_of(text.substr(6)) : -1;
    const bool pair = next >= 0xdc00 && next < 0xe000;
    const std::size_t size = pair ? 12 : unit >= 0 ? 6 : text[0] == '\\' ? 2 : 1;
    whole += (high || low) && !pair ? "\\ufffd" : text.substr(0, size);
    text.remove_prefix(std::min(size, text.size()));
  }
  return whole;
}

// RapidJSON's view of the same text, which it reads up to a NUL. The one difference that is left:
// it refuses numbers beyond a double.
void compare_with_rapidjson(std::string_view text, const Result<Decoded>& ours) {
  const bool marked = text.starts_with(vonage::kByteOrderMark);
  if (marked) text.remove_prefix(vonage::kByteOrderMark.size());
  const std::string representable = without_halves(to_utf8_too(text));
  Document theirs;
  const rapidjson::ParseErrorCode error = testing::parse_json(representable, theirs);
  if (error != rapidjson::kParseErrorNone) {
    require(!ours || error == rapidjson::kParseErrorNumberTooBig,
            "what RapidJSON refuses is refused");
    return;
  }
  const bool due = theirs.IsObject() && text.find('\0') == text.npos &&
                   levels_of(theirs) <= vonage::kMaxJsonLevels;
  require(bool(ours) == due, "an object of 64 levels at most is accepted, and nothing else");
  if (!ours) return;
  require(ours->lossy == (representable != text), "lossy says whether something was replaced");
  const Document on_log = testing::parse_json(ours->parameters.to_json());
  require(testing::shown(on_log) == testing::shown(with_repeats_joined(theirs)),
          "all members are there, in order, with their values as spelled");
}

void check_decoded(const Decoded& decoded) {
  const std::string json = decoded.parameters.to_json();
  require(is_utf8_too(json), "to_json() is UTF-8");
  Document document;
  const auto error = testing::parse_json(json, document);
  require(error == rapidjson::kParseErrorNone || error == rapidjson::kParseErrorNumberTooBig,
          "to_json() is JSON for RapidJSON, too");
  const Result<Decoded> again = vonage::parse_json_object(json);
  require(bool(again), "to_json() is JSON");
  require(!again->lossy, "to_json() holds UTF-8 only");
  require(are_equal(again->parameters, decoded.parameters), "parsed again it is the same");
}

}  // namespace

void check_json(std::string_view text) {
  const Result<Decoded> decoded = vonage::parse_json_object(text);
  compare_with_rapidjson(text, decoded);
  if (decoded)
    check_decoded(*decoded);
  else
    require(is_harmless_line(decoded.error().text), "an error is one line");
}

}  // namespace inbound_sms::properties
