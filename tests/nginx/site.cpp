#include "nginx/site.h"

#include <utility>

namespace inbound_sms::testing {

Site::Site(const SiteOptions& options) : options_(options) {
  if (options.settings_in) options_.settings.merge(options.settings_in(folder_));
  handler_.emplace(folder_, options_.settings, options.listen, options.wrapper);
  nginx_.emplace(folder_, NginxOptions{.upstream = "server " + handler_->address() + "; " +
                                                   options.upstream_extra,
                                       .in_server = options.in_server,
                                       .workers = options.workers,
                                       .edit = options.edit});
}

HttpAnswer Site::get(const std::string& query) const {
  return send({.url = "/webhooks/inbound-sms?" + query});
}

HttpAnswer Site::post_form(const std::string& body) const {
  return send({.method = "POST",
               .headers = {"Content-Type: application/x-www-form-urlencoded"},
               .body = body});
}

HttpAnswer Site::post_json(const std::string& body) const {
  return send({.method = "POST", .headers = {"Content-Type: application/json"}, .body = body});
}

HttpAnswer Site::send(HttpRequest request) const {
  request.url = request.url.empty() ? nginx_->url() : nginx_->url(request.url);
  return testing::send(request);
}

}  // namespace inbound_sms::testing
