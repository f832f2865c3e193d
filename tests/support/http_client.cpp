#include "support/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Curl new_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = once == CURLE_OK ? curl_easy_init() : nullptr;
  if (curl == nullptr) throw std::runtime_error("libcurl cannot be had");
  return {curl, curl_easy_cleanup};
}

std::size_t append_to(char* data, std::size_t, std::size_t size, void* text) {
  static_cast<std::string*>(text)->append(data, size);
  return size;
}

// What libcurl has still to send of a body.
struct Upload {
  std::string_view rest;
  std::size_t piece;
  std::chrono::microseconds pause;
};

std::size_t take_from(char* buffer, std::size_t, std::size_t size, void* source) {
  auto& upload = *static_cast<Upload*>(source);
  std::this_thread::sleep_for(upload.pause);
  const std::size_t taken = upload.rest.copy(buffer, std::min(size, upload.piece));
  upload.rest.remove_prefix(taken);
  return taken;
}

std::size_t keep_header(char* data, std::size_t, std::size_t size, void* answer) {
  const std::string_view line(data, size);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  value = value.substr(0, value.find_last_not_of("\r\n") + 1);
  static_cast<HttpAnswer*>(answer)->headers[name] = value;
  return size;
}

// libcurl's own choices of Content-Type and Expect are taken out.
Headers header_list(const HttpRequest& request) {
  std::vector<std::string> lines = request.headers;
  lines.emplace_back("Expect:");
  const bool has_type = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return ::strncasecmp(line.c_str(), "content-type:", 13) == 0;
  });
  if (!has_type) lines.emplace_back("Content-Type:");
  if (request.chunked) lines.emplace_back("Transfer-Encoding: chunked");
  curl_slist* list = nullptr;
  for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
  return {list, curl_slist_free_all};
}

Upload upload_of(const HttpRequest& request) {
  const std::string_view body = request.body ? *request.body : std::string_view();
  return {body, request.piece == 0 ? body.npos : request.piece, request.pause};
}

void set_body(CURL* curl, const HttpRequest& request, Upload* upload) {
  if (!request.body) return;
  const curl_off_t unknown = -1;
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
                   request.chunked ? unknown : static_cast<curl_off_t>(request.body->size()));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, take_from);
  curl_easy_setopt(curl, CURLOPT_READDATA, upload);
}

}  // namespace

HttpAnswer send(const HttpRequest& request) {
  HttpAnswer answer;
  Upload upload = upload_of(request);
  const Curl curl = new_curl();
  const Headers headers = header_list(request);
  set_body(curl.get(), request, &upload);
  if (request.method == "HEAD") curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(kHang.count()));
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, keep_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append_to);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);

  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    answer.error = curl_easy_strerror(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl.get(), CURLINFO_TOTAL_TIME, &answer.seconds);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace inbound_sms::testing
