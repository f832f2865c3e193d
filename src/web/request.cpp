#include "web/request.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace inbound_sms::web {

namespace {

// RFC 9110 section 15, for the statuses that this program gives.
constexpr std::array<std::pair<int, std::string_view>, 7> kReasons = {
    {{200, "OK"},
     {204, "No Content"},
     {400, "Bad Request"},
     {405, "Method Not Allowed"},
     {413, "Content Too Large"},
     {500, "Internal Server Error"},
     {503, "Service Unavailable"}}};

std::string_view reason(int status) {
  for (const auto& [known, words] : kReasons)
    if (known == status) return words;
  return "Unknown";
}

std::optional<std::string> passed(const char* value) {
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

Request request_from(const Variables& variables) {
  const auto variable = [&](const char* name) { return passed(variables(name)); };
  Request request;
  request.method = variable("REQUEST_METHOD");
  request.query = variable("QUERY_STRING");
  request.request_uri = variable("REQUEST_URI").value_or("");
  request.content_type = variable("CONTENT_TYPE").value_or("");
  request.content_length = variable("CONTENT_LENGTH");
  request.authorization = variable("HTTP_AUTHORIZATION");
  // Apache's name for it after an internal redirect.
  if (!request.authorization) request.authorization = variable("REDIRECT_HTTP_AUTHORIZATION");
  request.remote = variable("REMOTE_ADDR").value_or("");
  return request;
}

Result<std::optional<std::uint64_t>> announced_length(const Request& request) {
  const std::string text = request.content_length.value_or("");
  if (text.empty() || text == "-1") return std::optional<std::uint64_t>();
  std::uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc() || stopped != end)
    return Error{EINVAL, "CONTENT_LENGTH is not a number of bytes"};
  return std::optional<std::uint64_t>(length);
}

Response unavailable(std::string text) {
  return {503, std::move(text), "Retry-After: 60"};
}

std::string to_cgi(const Response& response) {
  std::string out = "Status: " + std::to_string(response.status) + " ";
  out.append(reason(response.status)).append("\r\n");
  if (!response.text.empty()) out += "Content-Type: text/plain; charset=utf-8\r\n";
  if (!response.header.empty()) out.append(response.header).append("\r\n");
  out += "\r\n";
  if (!response.text.empty()) out.append(response.text).append("\n");
  return out;
}

}  // namespace inbound_sms::web
