#include "tools/inbound_request.h"

#include <cctype>
#include <string_view>

#include "vonage/form.h"

namespace inbound_sms::tools {

namespace {

using vonage::Kind;
using vonage::Parameters;

// As java.net.URLEncoder does it over UTF-8.
void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._*";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || kPlain.find(c) != kPlain.npos)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
}

std::string to_form(const Parameters& parameters) {
  std::string form;
  for (const Parameters::Parameter& parameter : parameters) {
    if (!form.empty()) form += '&';
    append_encoded(form, parameter.name);
    form += '=';
    append_encoded(form, parameter.value.text);
  }
  return form;
}

bool is_of_messages_api(Kind kind) {
  return kind == Kind::message || kind == Kind::message_status;
}

// "2026-11-24 07:30:12"
std::string to_timestamp(Time time) {
  std::string text = to_iso(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

// What the receiver finds in the query of the URL itself: a POST's counts only where its body has
// no parameters.
Parameters counted_query(Form form, std::string_view url) {
  const std::size_t mark = form == Form::get ? url.find('?') : url.npos;
  if (mark == url.npos) return {};
  return vonage::parse_form(url.substr(mark + 1)).parameters;
}

}  // namespace

InboundRequest to_request(const Event& event, Form form, const std::string& url, Time pushed,
                          const std::optional<Signing>& signing) {
  if (is_of_messages_api(event.kind)) {
    InboundRequest request{"POST", url, "application/json", event.parameters.to_json()};
    if (signing) request.authorization = authorization_for(request.body, *signing, pushed);
    return request;
  }
  Parameters parameters = event.parameters;
  parameters.add("message-timestamp", vonage::string_value(to_timestamp(pushed)));
  if (signing) sign_parameters(parameters, counted_query(form, url), *signing, pushed);
  switch (form) {
    case Form::get: {
      const char joint = url.find('?') == url.npos ? '?' : '&';
      return {"GET", url + joint + to_form(parameters), "", ""};
    }
    case Form::post:
      return {"POST", url, "application/x-www-form-urlencoded; charset=UTF-8", to_form(parameters)};
    case Form::post_json:
      break;
  }
  return {"POST", url, "application/json", parameters.to_json()};
}

}  // namespace inbound_sms::tools
