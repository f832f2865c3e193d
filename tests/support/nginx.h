#pragma once

#include <memory>
#include <string>

#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// FOLDER in a text stands for the folder.
struct NginxOptions {
  std::string upstream;        // what stands in the upstream's block, `server unix:...;`
  std::string in_server = {};  // more directives of the server's block
  int workers = 1;
  std::string (*edit)(std::string) = nullptr;  // what a user changed in inbound-sms.conf
};

// An nginx with a configuration of its own, which includes the files of nginx/ that users
// include, unchanged. Everything that it writes is in the folder. The test program must have been
// started in the project's folder.
class Nginx {
 public:
  // Returns when it accepts connections.
  Nginx(const TemporaryFolder& folder, const NginxOptions& options);

  // http://127.0.0.1:PORT with `path` behind it.
  std::string url(const std::string& path = "/webhooks/inbound-sms") const;
  std::string access_log() const { return read_file(folder_ + "/access.log"); }
  std::string error_log() const { return read_file(folder_ + "/error.log"); }

 private:
  std::string folder_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace inbound_sms::testing
