#include "nginx/site.h"

#include <utility>

namespace inbound_sms::testing {

Site::Site(const SiteOptions& options) : options_(options) {
  handler_.emplace(folder_, options.settings, options.listen, options.wrapper);
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

std::vector<std::string> slow_sync(int milliseconds) {
  // -D: the handler itself is the test's child, and gets its signals. -f: so are its threads.
  return {"strace", "-D",
          "-f",     "-qq",
          "-o",     "/dev/null",
          "-e",     "trace=fdatasync",
          "-e",     "inject=fdatasync:delay_enter=" + std::to_string(milliseconds * 1000)};
}

boost::test_tools::assertion_result can_slow_syncs(boost::unit_test::test_unit_id) {
  const TemporaryFolder folder;
  std::vector<std::string> command = slow_sync(1);
  command.emplace_back("true");
  ChildProcess probe(command, {}, folder.path() + "/out");
  boost::test_tools::assertion_result can(probe.wait() == 0);
  can.message() << "strace cannot trace here: " << probe.output();
  return can;
}

}  // namespace inbound_sms::testing
