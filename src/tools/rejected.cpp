#include "tools/rejected.h"

#include <string>
#include <utility>

#include "base/digest.h"
#include "vonage/json.h"

namespace inbound_sms::tools {

namespace {

using vonage::Parameters;
using vonage::Value;

std::optional<std::string> text_of(const Parameters& record, std::string_view name) {
  const Value* const value = record.find(name);
  if (value == nullptr || value->type != Value::Type::string) return std::nullopt;
  return value->text;
}

std::optional<std::string> bytes_of(const Parameters& record, std::string_view name) {
  const std::optional<std::string> text = text_of(record, name);
  return text ? from_base64(*text) : std::nullopt;
}

}  // namespace

std::optional<RejectedRequest> rejected_request(std::string_view line) {
  const Result<vonage::Decoded> decoded = vonage::parse_json_object(line);
  if (!decoded) return std::nullopt;
  const Parameters& record = decoded->parameters;
  const std::optional<Time> received = from_iso(text_of(record, "received").value_or(""));
  web::Request request;
  request.method = text_of(record, "method");
  request.query = bytes_of(record, "query");
  std::optional<std::string> body = bytes_of(record, "body");
  if (!received || !request.method || !request.query || !body) return std::nullopt;
  request.content_type = text_of(record, "content_type").value_or("");
  request.authorization = text_of(record, "authorization");
  request.remote = text_of(record, "remote").value_or("");
  request.body = std::move(*body);
  request.body_size = request.body.size();
  return RejectedRequest{*received, std::move(request)};
}

}  // namespace inbound_sms::tools
