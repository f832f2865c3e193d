#pragma once

#include <optional>
#include <string>

#include "doors/door.h"
#include "support/apache.h"
#include "support/handler.h"

namespace inbound_sms::testing {

// The ways in which Apache runs the handler. In all but the first Apache starts a copy of it that
// has nothing but a settings file beside it.
enum class ApacheWay {
  proxy_fcgi,  // passes requests to a handler that runs by itself
  fcgid,
  cgid,
  cgi,            // mod_cgi, under the MPM that forks
  htaccess_fcgi,  // by a .htaccess beside the program below the document root
  htaccess_cgi,
};

class ApacheDoor : public Door {
 public:
  // `extra`: its config goes before that of the way, its other members add to those of the way.
  explicit ApacheDoor(ApacheWay way, const ApacheOptions& extra = {},
                      const SettingsIn& settings = {});

  std::string url() const override { return apache_->url(path_); }
  std::string url_without_query() const override { return apache_->url("/no-query"); }
  std::string words() const override;
  // mod_fcgid takes 128 KiB where the host does not say otherwise.
  int answer_to_too_large_chunked() const override;

  Apache& apache() { return *apache_; }
  // Only behind mod_proxy_fcgi.
  Handler& handler() { return *handler_; }
  void start_handler() { handler_.emplace(folder_, settings_); }
  void stop_handler() { handler_.reset(); }

 private:
  ApacheWay way_;
  Environment settings_;
  std::string path_;
  std::optional<Handler> handler_;
  std::optional<Apache> apache_;
};

}  // namespace inbound_sms::testing
