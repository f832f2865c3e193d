#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/handler.h"
#include "support/http_client.h"
#include "support/message.h"
#include "support/nginx.h"

namespace inbound_sms::testing {

struct SiteOptions {
  Listen listen = Listen::unix_socket;
  std::string upstream_extra = {};  // more of the upstream's block
  std::string in_server = {};       // more of the server's block
  int workers = 1;
  std::string (*edit)(std::string) = nullptr;  // what a user changed in inbound-sms.conf
  Environment settings = {};
  // More of them, which speak of files in the site's folder.
  std::function<Environment(const TemporaryFolder&)> settings_in = {};
  std::vector<std::string> wrapper = {};  // a command that runs the handler
};

// The handler behind nginx, as the shipped files put it there.
class Site {
 public:
  explicit Site(const SiteOptions& options = {});

  HttpAnswer get(const std::string& query) const;
  HttpAnswer post_form(const std::string& body) const;
  HttpAnswer post_json(const std::string& body) const;
  // `url` of the request is a path; the delivery's own when it is empty.
  HttpAnswer send(HttpRequest request) const;

  const TemporaryFolder& folder() const { return folder_; }
  const Nginx& nginx() const { return *nginx_; }
  const Environment& settings() const { return options_.settings; }
  Handler& handler() { return *handler_; }
  void stop_handler() { handler_.reset(); }
  void start_handler() { handler_.emplace(folder_, options_.settings, options_.listen); }

 private:
  SiteOptions options_;
  TemporaryFolder folder_;
  std::optional<Handler> handler_;
  std::optional<Nginx> nginx_;
};

}  // namespace inbound_sms::testing
