#include "vonage/form.h"

#include <string>
#include <utility>

#include "base/hex.h"
#include "base/text.h"

namespace inbound_sms::vonage {

namespace {

// The byte that the escape at `at` stands for, or -1 when it is malformed.
int escaped_byte(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

std::string unescape(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? escaped_byte(text, i) : -1;
    if (byte >= 0) {
      bytes += static_cast<char>(byte);
      i += 2;
    } else {
      bytes += text[i] == '+' ? ' ' : text[i];
    }
  }
  return bytes;
}

std::string decode_text(std::string_view text, bool& lossy) {
  std::string bytes = unescape(text);
  if (is_utf8(bytes)) return bytes;
  lossy = true;
  return to_utf8(bytes);
}

void add_pair(Decoded& form, std::string_view pair) {
  const std::size_t equals = pair.find('=');
  std::string name = decode_text(pair.substr(0, equals), form.lossy);
  std::string value;
  if (equals != pair.npos) value = decode_text(pair.substr(equals + 1), form.lossy);
  form.parameters.add(std::move(name), string_value(std::move(value)));
}

}  // namespace

Decoded parse_form(std::string_view text) {
  Decoded form;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    if (!pair.empty()) add_pair(form, pair);
    text.remove_prefix(pair.size());
    if (!text.empty()) text.remove_prefix(1);
  }
  return form;
}

}  // namespace inbound_sms::vonage
