#pragma once

#include <rapidjson/document.h>

#include <memory>
#include <string>
#include <vector>

#include "systemd/machine.h"

namespace inbound_sms::testing {

// A machine on which everything was done as README.md says: inbound-sms is installed, its socket
// listens, and Debian's nginx passes http://127.0.0.1/webhooks/inbound-sms on to it.
class Site {
 public:
  // `settings` is the content of /etc/inbound-sms.conf.
  explicit Site(const std::string& settings = {});

  const Machine& machine() const { return *machine_; }
  // As the machine's root; a check of the running test fails where the command does. Its output
  // without the newline at its end.
  std::string run(const std::string& command) const;

  HttpAnswer get(const std::string& query) const;
  // Of the service; "" while it does not run.
  std::string pid() const;
  std::string journal() const;
  std::vector<rapidjson::Document> log(const std::string& folder = "/var/log/inbound-sms") const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace inbound_sms::testing
