#include "web/request.h"

namespace inbound_sms::web {

namespace {

// The reason phrases of RFC 9110 section 15 for the statuses that this program gives.
std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

}  // namespace

std::string to_cgi(const Response& response) {
  std::string out = "Status: " + std::to_string(response.status) + " ";
  out += reason(response.status);
  out += "\r\n";
  if (!response.text.empty()) out += "Content-Type: text/plain; charset=utf-8\r\n";
  if (!response.header.empty()) {
    out += response.header;
    out += "\r\n";
  }
  out += "\r\n";
  if (!response.text.empty()) {
    out += response.text;
    out += '\n';
  }
  return out;
}

}  // namespace inbound_sms::web
