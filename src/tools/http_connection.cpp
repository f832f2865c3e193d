#include "tools/http_connection.h"

#include <algorithm>
#include <stdexcept>

namespace inbound_sms::tools {

namespace {

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// To be told apart from Vonage's own in a web server's log.
constexpr char kUserAgent[] = "Nexmo/MessagingHUB/v1.0 (simulated by inbound-sms)";
constexpr std::size_t kMostText = 2000;  // bytes of a body that are kept

CURL* new_handle() {
  // Once, and before any other thread may use libcurl.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = started == CURLE_OK ? curl_easy_init() : nullptr;
  if (handle == nullptr) throw std::runtime_error("libcurl cannot be had");
  return handle;
}

// The rest is read, and not kept.
std::size_t keep_start(char* data, std::size_t, std::size_t size, void* text) {
  auto& kept = *static_cast<std::string*>(text);
  kept.append(data, std::min(size, kMostText - kept.size()));
  return size;
}

HttpFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpFailure::none;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return HttpFailure::url;
    case CURLE_COULDNT_RESOLVE_HOST:
      return HttpFailure::name;
    case CURLE_COULDNT_CONNECT:
      return HttpFailure::connect;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFailure::time;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpFailure::certificate;
    default:
      return HttpFailure::other;
  }
}

std::string text_of(CURL* curl, CURLINFO what) {
  const char* text = nullptr;
  curl_easy_getinfo(curl, what, &text);
  return text == nullptr ? "" : text;
}

void fill_in(HttpAnswer& answer, CURL* curl, CURLcode code) {
  long status = 0;
  if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = int(status);
  answer.failure = failure_of(code);
  answer.location = text_of(curl, CURLINFO_REDIRECT_URL);
  answer.address = text_of(curl, CURLINFO_PRIMARY_IP);
  curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME, &answer.seconds);
}

// An empty value takes libcurl's own choice of a type out.
Headers headers_of(const InboundRequest& request) {
  const std::string type = "Content-Type: " + request.content_type;
  curl_slist* list = curl_slist_append(nullptr, type.c_str());
  if (!request.authorization.empty())
    list = curl_slist_append(list, ("Authorization: " + request.authorization).c_str());
  return {list, curl_slist_free_all};
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
  HttpAnswer answer;
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_start);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.text);

  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  fill_in(answer, curl, code);
  if (code != CURLE_OK) answer.error = why[0] == '\0' ? curl_easy_strerror(code) : why;
  return answer;
}

}  // namespace inbound_sms::tools
