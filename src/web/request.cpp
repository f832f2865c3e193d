#include "web/request.h"

#include <array>
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

}  // namespace

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
