#pragma once

#include <netinet/in.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "base/descriptor.h"
#include "settings.h"
#include "support/temporary_folder.h"

// Somebody has taken the handler over and tries what could be of use to him. Each thing is tried by
// a process that has called confine() as the handler does, and by one that has not: it is the
// sandbox that refuses it.
namespace inbound_sms::testing {

// What such a process finds: the log's folder with a file, and with a link to another one outside
// of it; a socket that listens at `address`, and one that does nothing yet.
struct Scene {
  Scene();

  std::string log() const { return folder.path() + "/log"; }
  std::string here() const { return log() + "/2026-11-24.jsonl"; }
  std::string link() const { return log() + "/link"; }
  std::string outside(const std::string& name) const { return folder.path() + "/" + name; }
  std::string elsewhere() const { return outside("elsewhere"); }
  Settings settings() const;

  TemporaryFolder folder;
  Descriptor listener, unused;
  sockaddr_in address{};
};

sockaddr_in loopback();
const sockaddr* as_address(const sockaddr_in& address);

// Returns 0 where it succeeds, else its errno.
using Attempt = int (*)(const Scene& scene);

// What a system call has returned as an Attempt has to.
int error_of(long result);

// What the attempt returns in a process of its own; 128 + the signal that ended it.
int outcome(const Scene& scene, Attempt attempt, bool confined);

// Checks that it succeeds without the sandbox, and that it fails like this with it.
void is_refused(Attempt attempt, int error);

// A precondition of Boost.Test: this kernel keeps processes from files.
boost::test_tools::assertion_result has_landlock(boost::unit_test::test_unit_id);

}  // namespace inbound_sms::testing
