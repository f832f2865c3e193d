#pragma once

#include <sys/types.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "support/child_process.h"
#include "support/http_client.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// A precondition of Boost.Test: a Machine can be booted here.
boost::test_tools::assertion_result can_boot(boost::unit_test::test_unit_id);

// What `make install` puts below the folder `tree`; std::runtime_error where it fails.
void install_into(const std::string& tree, const std::string& prefix = "/usr/local");

// What a command said, and its exit code.
struct Ran {
  int code = 0;
  std::string output;  // of both kinds
};

// This machine once more, booted with a systemd of its own in a container (tests/systemd/boot):
// with its programs, and the installed inbound-sms; without its network and its services. Shut
// down by the destructor, and nothing is left of it.
class Machine {
 public:
  // Returns when it has booted. `tree` is a folder in which to put more files before: they stand
  // over those of this machine. Throws std::runtime_error with the words of the console.
  explicit Machine(const std::string& tree);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  // Runs a shell command there, as root.
  Ran run(const std::string& command) const;
  // Sends a request from there.
  HttpAnswer send(const HttpRequest& request) const;
  // Where a file of it is for us.
  std::string at(const std::string& path) const;

 private:
  bool has_booted() const;
  std::string leader_folder() const;

  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> container_;
  std::string leader_;  // the number of its systemd, as we see it
};

}  // namespace inbound_sms::testing
