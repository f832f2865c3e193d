#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// ROOT in a text stands for the folder of this Apache, see below.
struct ApacheOptions {
  std::string mpm = "event";
  std::vector<std::string> modules = {};       // more than those that Debian loads by itself
  std::string without = {};                    // one that is not loaded all the same
  std::string config = {};                     // more directives of the server
  std::string (*edit)(std::string) = nullptr;  // what a user changed in the shipped files
};

// An Apache with a configuration of its own. What it writes is in ROOT, which is apache/ of the
// test's folder; copies of the files of apache/ that users include are in ROOT/shipped, unchanged;
// documents are in ROOT/www. The test program must have been started in the project's folder.
class Apache {
 public:
  // Returns when it accepts connections.
  Apache(const TemporaryFolder& folder, const ApacheOptions& options);
  Apache(const Apache&) = delete;
  Apache& operator=(const Apache&) = delete;
  // A check of the running test fails when a program that Apache started outlives it.
  ~Apache();

  // http://127.0.0.1:PORT with `path` behind it.
  std::string url(const std::string& path = "/webhooks/inbound-sms") const;
  std::string access_log() const { return read_file(root_ + "/access.log"); }
  // Where what mod_fcgid and mod_cgid start writes, too.
  std::string error_log() const { return read_file(root_ + "/error.log"); }
  ChildProcess& process() { return *process_; }

 private:
  std::string root_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

// The folder of the Apache that runs in the test's `folder`.
std::string apache_root(const TemporaryFolder& folder);

}  // namespace inbound_sms::testing
