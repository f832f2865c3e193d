#include "properties/independent.h"

#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace inbound_sms::properties {

namespace {

constexpr std::string_view kUnreserved =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*";

std::string escape(char byte, bool lower_case) {
  const char* const digits = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  return {'%', digits[std::uint8_t(byte) >> 4], digits[std::uint8_t(byte) & 15]};
}

bool is_escape(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  return text.size() == 3 && text[0] == '%' && kHex.find(text[1]) != kHex.npos &&
         kHex.find(text[2]) != kHex.npos;
}

// True when a character may begin so: one of its bytes decides which second ones are right, and
// these are the bounds of them.
bool begins_character(std::string_view bytes) {
  for (const char second : {'\x80', '\x8f', '\x90', '\x9f', '\xa0', '\xbf'}) {
    std::string character(bytes);
    if (character.size() == 1) character += second;
    for (; character.size() <= 4; character += '\x80')
      if (is_utf8_too(character)) return true;
  }
  return false;
}

}  // namespace

bool is_utf8_too(std::string_view bytes) {
  struct Nowhere {
    void Put(char) {}
  } out;
  rapidjson::MemoryStream in(bytes.data(), bytes.size());
  while (in.Tell() < bytes.size())
    if (!rapidjson::UTF8<>::Validate(in, out)) return false;
  return true;
}

std::string to_utf8_too(std::string_view bytes) {
  if (is_utf8_too(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    std::size_t size = 1;
    while (size < 4 && !is_utf8_too(bytes.substr(0, size))) ++size;
    const bool valid = is_utf8_too(bytes.substr(0, size));
    if (!valid)
      for (size = 3; size > 1 && !begins_character(bytes.substr(0, size));) --size;
    size = std::min(size, bytes.size());
    text += valid ? bytes.substr(0, size) : "\uFFFD";
    bytes.remove_prefix(size);
  }
  return text;
}

bool is_harmless_line(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = std::uint8_t(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte == 0xc2 && i + 1 < text.size() && std::uint8_t(text[i + 1]) < 0xa0) return false;
  }
  return is_utf8_too(text);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string to_form(std::string_view bytes, Spelling spelling) {
  std::string form;
  for (const char byte : bytes) {
    if (byte == ' ' && !spelling.space_is_escape)
      form += '+';
    else if (!spelling.all_escaped && kUnreserved.find(byte) != kUnreserved.npos)
      form += byte;
    else
      form += escape(byte, spelling.lower_case);
  }
  return form;
}

std::string from_form(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const bool escaped = is_escape(text.substr(0, 3));
    if (escaped)
      bytes += char(std::strtoul(std::string(text.substr(1, 2)).c_str(), nullptr, 16));
    else
      bytes += text[0] == '+' ? ' ' : text[0];
    text.remove_prefix(escaped ? 3 : 1);
  }
  return bytes;
}

Pairs pairs_of_form(std::string_view form) {
  Pairs pairs;
  for (const std::string_view pair : split(form, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    pairs.emplace_back(from_form(pair.substr(0, equals)), from_form(value));
  }
  return pairs;
}

bool are_equal(const vonage::Parameters& some, const vonage::Parameters& others) {
  return std::equal(
      some.begin(), some.end(), others.begin(), others.end(), [](const auto& a, const auto& b) {
        return a.name == b.name && a.value.type == b.value.type && a.value.text == b.value.text;
      });
}

}  // namespace inbound_sms::properties
