#include "properties/form.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <string>

#include "properties/independent.h"
#include "properties/require.h"
#include "support/json.h"
#include "vonage/decode.h"
#include "vonage/form.h"
#include "vonage/json.h"

namespace inbound_sms::properties {

namespace {

using rapidjson::Document;
using vonage::Decoded;
using vonage::Parameters;

std::string text_of(const rapidjson::Value& string) {
  return {string.GetString(), string.GetStringLength()};
}

// A value as a form brings it: a string, or the array of those of a name that stood there often.
void append_pairs(Pairs& pairs, const std::string& name, const rapidjson::Value& value) {
  if (value.IsString()) {
    pairs.emplace_back(name, text_of(value));
    return;
  }
  require(value.IsArray() && value.Size() > 1, "a value is a string or an array of several");
  for (const rapidjson::Value& one : value.GetArray()) {
    require(one.IsString(), "the values of a form are strings");
    pairs.emplace_back(name, text_of(one));
  }
}

// The `message` as another reader of the log sees it.
Pairs pairs_of(const rapidjson::Value& message) {
  require(message.IsObject(), "to_json() is an object");
  Pairs pairs;
  for (const auto& member : message.GetObject())
    append_pairs(pairs, text_of(member.name), member.value);
  return pairs;
}

std::string form_of(const Pairs& pairs) {
  std::string form;
  for (const auto& [name, value] : pairs)
    form += (form.empty() ? "" : "&") + to_form(name) + "=" + to_form(value);
  return form;
}

// The pairs of each name together, at the place of its first: as Parameters keep them.
Pairs by_name(Pairs pairs) {
  for (auto first = pairs.begin(); first != pairs.end(); ++first)
    std::stable_partition(first + 1, pairs.end(),
                          [&](const auto& pair) { return pair.first == first->first; });
  return pairs;
}

void check_against_naive(std::string_view text, const Decoded& decoded, const Pairs& seen) {
  Pairs naive = pairs_of_form(text);
  bool lossy = false;
  for (auto& [name, value] : naive) {
    lossy = lossy || !is_utf8_too(name) || !is_utf8_too(value);
    name = to_utf8_too(name);
    value = to_utf8_too(value);
  }
  require(decoded.lossy == lossy, "lossy says whether a text was no UTF-8");
  require(seen == by_name(naive), "the pairs are those of a naive decoder");
}

void check_decode(std::string_view text, const Decoded& decoded) {
  const auto check = [&](const Result<vonage::Delivery>& delivery) {
    require(bool(delivery), "a form is never an error");
    require(are_equal(delivery->parameters, decoded.parameters), "decode() finds the same");
    require(delivery->raw.has_value() == decoded.lossy, "raw is kept where it is needed");
    require(delivery->raw.value_or(text) == text, "raw is what was sent");
  };
  const auto get = vonage::decode({vonage::Method::get, text, "application/json", "{\"a\":1}"});
  check(get);
  require(get->format == "query", "a GET is its query");
  const auto post = vonage::decode({vonage::Method::post, {}, "text/plain", text});
  require(bool(post), "without its label nothing is refused");
  if (post->format == "form") check(post);
}

}  // namespace

void check_form(std::string_view text) {
  const Decoded decoded = vonage::parse_form(text);
  const std::string json = decoded.parameters.to_json();
  require(is_utf8_too(json), "to_json() is UTF-8");
  Document document;
  require(testing::parse_json(json, document) == rapidjson::kParseErrorNone,
          "to_json() is JSON for RapidJSON, too");
  const Pairs seen = pairs_of(document);
  check_against_naive(text, decoded, seen);
  check_decode(text, decoded);

  const Result<Decoded> parsed = vonage::parse_json_object(json);
  require(bool(parsed), "to_json() is JSON");
  require(!parsed->lossy, "to_json() holds UTF-8 only");
  require(are_equal(parsed->parameters, decoded.parameters), "parsed back it is the same");
  const Decoded again = vonage::parse_form(form_of(seen));
  require(!again.lossy, "what was decoded can be encoded");
  require(are_equal(again.parameters, decoded.parameters), "encoded and decoded it is the same");
}

}  // namespace inbound_sms::properties
