#include "doors/visit.h"

#include <utility>

namespace inbound_sms::testing {

namespace {

std::vector<rapidjson::Document> without_first(std::size_t count,
                                               std::vector<rapidjson::Document> lines) {
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count));
  return lines;
}

}  // namespace

Visit::Visit(const Door& door)
    : door_(door), logged_before_(door.log().size()), rejected_before_(door.rejected().size()) {}

HttpAnswer Visit::get(const std::string& query) const {
  return send({.url = door_.url() + "?" + query});
}

HttpAnswer Visit::post_form(const std::string& body) const {
  return send({.method = "POST",
               .headers = {"Content-Type: application/x-www-form-urlencoded"},
               .body = body});
}

HttpAnswer Visit::post_json(const std::string& body) const {
  return send({.method = "POST", .headers = {"Content-Type: application/json"}, .body = body});
}

HttpAnswer Visit::send(HttpRequest request) const {
  if (request.url.empty()) request.url = door_.url();
  return testing::send(request);
}

HttpAnswer Visit::send(const tools::Event& event, tools::Form form,
                       const std::optional<tools::Signing>& signing) const {
  const auto made = tools::to_request(event, form, door_.url(), system_clock().now(), signing);
  HttpRequest request{.method = made.method, .url = made.url};
  if (!made.content_type.empty()) request.headers.push_back("Content-Type: " + made.content_type);
  if (!made.authorization.empty())
    request.headers.push_back("Authorization: " + made.authorization);
  if (made.method == "POST") request.body = made.body;
  return send(request);
}

std::vector<rapidjson::Document> Visit::logged() const {
  return without_first(logged_before_, door_.log());
}

std::vector<rapidjson::Document> Visit::rejected() const {
  return without_first(rejected_before_, door_.rejected());
}

}  // namespace inbound_sms::testing
