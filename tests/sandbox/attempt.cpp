#include "sandbox/attempt.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <fstream>

#include "confinement.h"
#include "sandbox/landlock.h"

namespace inbound_sms::testing {

namespace {

constexpr int kNoSandbox = 127;

[[noreturn]] void make(const Scene& scene, Attempt attempt, bool confined) {
  try {
    if (confined) confine(scene.settings());
  } catch (const std::exception&) {
    ::_exit(kNoSandbox);
  }
  ::_exit(attempt(scene));
}

Descriptor tcp_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

}  // namespace

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* as_address(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Scene::Scene() : listener(tcp_socket()), unused(tcp_socket()) {
  std::filesystem::create_directory(log());
  for (const std::string& file : {here(), elsewhere()}) std::ofstream(file) << "something\n";
  std::filesystem::create_symlink(elsewhere(), link());
  const sockaddr_in any = loopback();
  socklen_t size = sizeof address;
  BOOST_REQUIRE(::bind(listener.get(), as_address(any), sizeof any) == 0);
  BOOST_REQUIRE(::listen(listener.get(), 1) == 0);
  BOOST_REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
}

Settings Scene::settings() const {
  Settings settings;
  settings.log = log() + "/%Y-%m-%d.jsonl";
  settings.rejected = log() + "/rejected/%Y-%m-%d.jsonl";
  return settings;
}

int error_of(long result) {
  return result < 0 ? errno : 0;
}

int outcome(const Scene& scene, Attempt attempt, bool confined) {
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) make(scene, attempt, confined);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void is_refused(Attempt attempt, int error) {
  const Scene first, second;
  BOOST_TEST(outcome(first, attempt, false) == 0, "it fails by itself");
  BOOST_TEST(outcome(second, attempt, true) == error);
}

boost::test_tools::assertion_result has_landlock(boost::unit_test::test_unit_id) {
  const Result<int> version = sandbox::landlock_version();
  boost::test_tools::assertion_result has{bool(version)};
  if (!version) has.message() << "no Landlock: " << version.error().text;
  return has;
}

}  // namespace inbound_sms::testing
