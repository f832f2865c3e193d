#include "vonage/decode.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "vonage/form.h"
#include "vonage/json.h"
#include "vonage/json_text.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kApplication = "application/";

// type/subtype of a Content-Type (RFC 9110 section 8.3.1), in lower case.
std::string media_type(std::string_view content_type) {
  std::string type = to_lower_case(content_type.substr(0, content_type.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  type.erase(0, type.find_first_not_of(" \t"));
  return type;
}

bool is_json_label(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "application/json" || (type.starts_with(kApplication) && type.ends_with("+json"));
}

bool begins_like_object(std::string_view body) {
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != body.npos && body[first] == '{';
}

Delivery deliver(std::string_view format, Decoded decoded, std::string_view source) {
  Delivery delivery{format, std::move(decoded.parameters), std::nullopt};
  if (decoded.lossy) delivery.raw = source;
  return delivery;
}

Result<Delivery> decode_body(std::string_view content_type, std::string_view body) {
  const bool labelled = is_json_label(content_type);
  if (!body.empty() && (labelled || begins_like_object(body))) {
    Result<Decoded> object = parse_json_object(body);
    if (object) return deliver(kFromJson, std::move(*object), body);
    if (labelled) return object.error();
  }
  return deliver(kFromForm, parse_form(body), body);
}

}  // namespace

Result<Delivery> decode(const Submission& submission) {
  if (submission.method == Method::post) {
    Result<Delivery> body = decode_body(submission.content_type, submission.body);
    if (!body || !body->parameters.empty()) return body;
  }
  return deliver(kFromQuery, parse_form(submission.query), submission.query);
}

}  // namespace inbound_sms::vonage
