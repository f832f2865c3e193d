#include "tools/http_connection.h"

#include <stdexcept>

namespace inbound_sms::tools {

namespace {

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// To be told apart from Vonage's own in a web server's log.
constexpr char kUserAgent[] = "Nexmo/MessagingHUB/v1.0 (simulated by inbound-sms)";

CURL* new_handle() {
  // Once, and before any other thread may use libcurl.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = started == CURLE_OK ? curl_easy_init() : nullptr;
  if (handle == nullptr) throw std::runtime_error("libcurl cannot be had");
  return handle;
}

std::size_t throw_away(char*, std::size_t, std::size_t size, void*) {
  return size;
}

// An empty value takes libcurl's own choice of a type out.
Headers headers_of(const InboundRequest& request) {
  const std::string type = "Content-Type: " + request.content_type;
  return {curl_slist_append(nullptr, type.c_str()), curl_slist_free_all};
}

void set_request(CURL* curl, const InboundRequest& request, const Headers& headers) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "GET") {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
}

void set_limits(CURL* curl, const HttpLimits& limits) {
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long(limits.connect.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long(limits.answer.count()));
}

}  // namespace

HttpConnection::HttpConnection(HttpLimits limits)
    : limits_(limits), curl_(new_handle(), curl_easy_cleanup) {}

HttpAnswer HttpConnection::send(const InboundRequest& request) {
  CURL* const curl = curl_.get();
  curl_easy_reset(curl);  // which leaves the connection open
  const Headers headers = headers_of(request);
  set_request(curl, request, headers);
  set_limits(curl, limits_);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, throw_away);

  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) return {0, why[0] == '\0' ? curl_easy_strerror(code) : why};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return {int(status), ""};
}

}  // namespace inbound_sms::tools
