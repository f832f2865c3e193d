#include "support/slow_disk.h"

#include "support/temporary_folder.h"

namespace inbound_sms::testing {

std::vector<std::string> slow_sync(int milliseconds) {
  // -D: the handler itself is the test's child, and gets its signals. -f: so are its threads.
  return {"strace", "-D",
          "-f",     "-qq",
          "-o",     "/dev/null",
          "-e",     "trace=fdatasync,exit_group",
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

Environment traced() {
  return {{"ASAN_OPTIONS", "detect_leaks=0"}};
}

}  // namespace inbound_sms::testing
