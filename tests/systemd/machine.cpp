#include "systemd/machine.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <stdexcept>
#include <vector>

#include "base/descriptor.h"
#include "support/handler.h"
#include "support/text.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

using Command = std::vector<std::string>;

Ran run_here(const Command& command) {
  const TemporaryFolder folder;
  ChildProcess process(command, {}, folder.path() + "/output", {}, RunAs::tester);
  const int code = process.wait();
  return {code, process.output()};
}

// Why not; empty: it can.
std::string try_to_boot() {
  if (::geteuid() != 0) return "only root may boot a container";
  try {
    const TemporaryFolder tree;
    const Machine machine(tree.path());
    return "";
  } catch (const std::runtime_error& why) {
    return why.what();
  }
}

// From now on this thread is in the network of that process.
void join_network(const std::string& process) {
  const Descriptor network(::open((process + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  if (!network || ::setns(network.get(), CLONE_NEWNET) != 0)
    throw std::runtime_error("the network of the machine: " + std::string(std::strerror(errno)));
}

}  // namespace

boost::test_tools::assertion_result can_boot(boost::unit_test::test_unit_id) {
  static const std::string why_not = try_to_boot();
  boost::test_tools::assertion_result can(why_not.empty());
  can.message() << "no systemd can be booted here: " << why_not;
  return can;
}

// `all` is built, be it with other flags than make would use now.
void install_into(const std::string& tree, const std::string& prefix) {
  const std::string program_path = program("inbound-sms");
  const Ran made = run_here({"make", "-o", "all", "install", "PREFIX=" + prefix, "DESTDIR=" + tree,
                             "BUILD=" + program_path.substr(0, program_path.rfind('/'))});
  if (made.code != 0) throw std::runtime_error("make install: " + made.output);
}

Machine::Machine(const std::string& tree) {
  const std::string leader = folder_.path() + "/leader";
  container_ = std::make_unique<ChildProcess>(
      Command{"unshare", "--mount", "tests/systemd/boot", tree, leader}, Environment{},
      folder_.path() + "/console", Streams{}, RunAs::tester);
  wait_until([&] { return !(leader_ = read_file(leader)).empty() || !container_->running(); });
  if (!leader_.empty()) leader_.pop_back();
  wait_until([&] { return !container_->running() || has_booted(); });
  if (!container_->running()) throw std::runtime_error(container_->output());
}

Machine::~Machine() {
  const int code = container_->stop();
  BOOST_CHECK_MESSAGE(code == 0, "the machine ended with " << code << ", saying:\n"
                                                           << container_->output());
}

Ran Machine::run(const std::string& command) const {
  return run_here({"nsenter", "--target", leader_, "--mount", "--uts", "--ipc", "--net", "--pid",
                   "--", "/bin/sh", "-c", command});
}

// Networks belong to threads (network_namespaces(7)).
HttpAnswer Machine::send(const HttpRequest& request) const {
  return std::async(std::launch::async,
                    [&] {
                      join_network(leader_folder());
                      return testing::send(request);
                    })
      .get();
}

std::string Machine::at(const std::string& path) const {
  return leader_folder() + "/root" + path;
}

bool Machine::has_booted() const {
  const std::string state = run("systemctl is-system-running").output;
  return state == "running\n" || state == "degraded\n";
}

std::string Machine::leader_folder() const {
  return "/proc/" + leader_;
}

}  // namespace inbound_sms::testing
