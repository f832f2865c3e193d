#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/cgi_process.h"
#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/message.h"
#include "support/slow_disk.h"
#include "support/text.h"

using namespace inbound_sms::testing;

// Other kernels, and what somebody around us may forbid: the calls with which the sandbox is
// entered fail as they do there.

namespace {

// A command under which these calls of the handler fail: {"landlock_create_ruleset:error=ENOSYS"}.
std::vector<std::string> where_fail(const std::vector<std::string>& calls) {
  std::vector<std::string> command = {"strace", "-D", "-f",       "--seccomp-bpf",
                                      "-qq",    "-o", "/dev/null"};
  std::string traced = "trace=";
  for (const std::string& call : calls) {
    command.insert(command.end(), {"-e", "inject=" + call});
    traced += call.substr(0, call.find(':')) + ",";
  }
  traced.pop_back();
  command.insert(command.end(), {"-e", traced});
  return command;
}

// Starts there, does its work, and has said so.
void goes_on(const std::vector<std::string>& calls, const std::string& words) {
  const TemporaryFolder folder;
  const Handler handler(folder, {}, Listen::unix_socket, where_fail(calls));
  FastCgiClient client(handler.address());
  client.send(request(1, get(message("0C01")), ""));
  BOOST_TEST(client.answer().status() == 204);
  BOOST_TEST(contains(handler.words(), words), handler.words());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernels, *boost::unit_test::precondition(can_slow_syncs))

BOOST_AUTO_TEST_CASE(without_landlock_system_calls_are_refused_all_the_same) {
  goes_on({"landlock_create_ruleset:error=ENOSYS"},
          "no new privileges, no Landlock (this kernel has none), system calls by seccomp");
  goes_on({"landlock_create_ruleset:error=EOPNOTSUPP"},
          "no new privileges, no Landlock (it is switched off in this kernel), system calls");
}

BOOST_AUTO_TEST_CASE(where_landlock_is_forbidden_that_is_said) {
  goes_on({"landlock_create_ruleset:error=EPERM"},
          "no Landlock (ask the kernel for it: Operation not permitted), system calls by seccomp");
}

BOOST_AUTO_TEST_CASE(without_seccomp_files_are_refused_all_the_same) {
  // Its first prctl(2) is that for new privileges; the others are those of libseccomp.
  goes_on({"seccomp:error=ENOSYS", "prctl:error=EINVAL:when=2+"},
          ", no seccomp (this kernel has none); no core dumps");
}

BOOST_AUTO_TEST_CASE(what_nobody_knows_of_stops_the_start_and_names_the_way_around) {
  const TemporaryFolder folder;
  CgiProcess cgi(folder, {{"QUERY_STRING", message("0C01")}},
                 where_fail({"landlock_restrict_self:error=E2BIG"}));
  cgi.finish_sending();
  BOOST_TEST(status_of(cgi.answer()) == 503);
  BOOST_TEST(cgi.process().wait() == 74);
  BOOST_TEST(contains(cgi.words(),
                      "sandbox: enter a Landlock ruleset: Argument list too long; "
                      "INBOUND_SMS_SANDBOX=off starts without it"),
             cgi.words());
}

BOOST_AUTO_TEST_SUITE_END()
