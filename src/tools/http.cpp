#include "tools/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace inbound_sms::tools {

namespace {

constexpr long kConnectSeconds = 3, kSeconds = 15;  // those of Vonage
constexpr std::size_t kMostText = 2000;

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Curl new_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(once == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!curl) throw std::runtime_error("libcurl cannot be had");
  return curl;
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

std::string text_or_nothing(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace

HttpAnswer http_get(const std::string& url) {
  HttpAnswer answer;
  const Curl curl = new_curl();
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "inbound-sms-check");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep_start);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.text);

  const CURLcode code = curl_easy_perform(curl.get());
  answer.failure = failure_of(code);
  if (code != CURLE_OK) answer.error = curl_easy_strerror(code);
  long status = 0;
  const char* text = nullptr;
  if (code == CURLE_OK) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  curl_easy_getinfo(curl.get(), CURLINFO_TOTAL_TIME, &answer.seconds);
  if (curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &text) == CURLE_OK)
    answer.location = text_or_nothing(text);
  if (curl_easy_getinfo(curl.get(), CURLINFO_PRIMARY_IP, &text) == CURLE_OK)
    answer.address = text_or_nothing(text);
  return answer;
}

}  // namespace inbound_sms::tools
