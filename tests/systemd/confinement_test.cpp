#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "support/message.h"
#include "support/ordinary_user.h"
#include "support/text.h"
#include "systemd/site.h"

using namespace inbound_sms::testing;

// What the directives of the service come to in the process that runs.

namespace {

// One for all cases, which change nothing in it.
std::optional<Site> the_site;

struct OneSite {
  OneSite() {
    the_site.emplace();
    BOOST_TEST(the_site->get(message("0C01")).status == 204);
  }
  ~OneSite() { the_site.reset(); }
};

struct Running {
  std::string proc(const std::string& file) const {
    return read_file(the_site->machine().at("/proc/" + the_site->pid() + "/" + file));
  }
  std::string name_space(const std::string& kind) const {
    return the_site->run("readlink /proc/" + the_site->pid() + "/ns/" + kind);
  }
  std::string of_the_machine(const std::string& kind) const {
    return the_site->run("readlink /proc/1/ns/" + kind);
  }
  // True when it succeeds where the handler is: in its file systems and as its user.
  bool can(const std::function<bool()>& attempt) const;
};

constexpr int kNotThere = 99;  // an exit code that is no program's

bool Running::can(const std::function<bool()>& attempt) const {
  const std::string mounts = the_site->machine().at("/proc/" + the_site->pid() + "/ns/mnt");
  const auto id = [](const std::string& kind) {
    return unsigned(std::stoul(the_site->run("id -" + kind + " inbound-sms")));
  };
  const OrdinaryUser user{id("u"), id("g")};
  const pid_t child = ::fork();
  if (child == 0) {
    const inbound_sms::Descriptor there(::open(mounts.c_str(), O_RDONLY | O_CLOEXEC));
    if (::setns(there.get(), CLONE_NEWNS) != 0 || !become(user)) ::_exit(kNotThere);
    ::close(STDERR_FILENO);
    ::_exit(attempt() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  BOOST_REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) != kNotThere);
  return WEXITSTATUS(status) == 0;
}

bool can_open(const std::string& path, int how) {
  return inbound_sms::Descriptor(::open(path.c_str(), how | O_CLOEXEC, 0600)).get() >= 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(confinement, Running,
                         *boost::unit_test::precondition(can_boot) *
                             boost::unit_test::fixture<OneSite>())

BOOST_AUTO_TEST_CASE(it_has_no_capability_and_can_get_none) {
  const std::string status = proc("status");
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    BOOST_TEST(contains(status, std::string(set) + ":\t0000000000000000\n"), set);
  BOOST_TEST(contains(status, "\nNoNewPrivs:\t1\n"));
  BOOST_TEST(contains(status, "\nSeccomp:\t2\n"));
}

BOOST_AUTO_TEST_CASE(ten_thousand_connections_fit_and_no_core_is_dumped) {
  const std::string limits = proc("limits");
  BOOST_TEST(contains(limits, "Max open files            16384                16384 "), limits);
  BOOST_TEST(contains(limits, "Max core file size        0                    0 "), limits);
}

BOOST_AUTO_TEST_CASE(it_can_write_where_its_log_is_and_where_nobody_else_looks) {
  const auto writable = [this](const std::string& folder) {
    return can([&] { return can_open(folder + "/new", O_WRONLY | O_CREAT); });
  };
  BOOST_TEST(writable("/var/log/inbound-sms"));
  BOOST_TEST(writable("/tmp"));
  BOOST_TEST(!std::filesystem::exists(the_site->machine().at("/tmp/new")));
  for (const char* folder : {"/var/log", "/var/lib", "/run/lock", "/dev/shm", "/etc", "/home"})
    BOOST_TEST(!writable(folder), folder);
}

BOOST_AUTO_TEST_CASE(it_can_start_no_program_but_itself) {
  const auto starts = [this](const char* program, const char* argument) {
    return can([&] { return ::execl(program, program, argument, nullptr) == 0; });
  };
  BOOST_TEST(!starts("/bin/true", nullptr));
  BOOST_TEST(!starts("/lib64/ld-linux-x86-64.so.2", "/bin/true"));
}

BOOST_AUTO_TEST_CASE(it_sees_no_home_no_device_and_no_network) {
  const auto readable = [this](const char* path) {
    return can([&] { return can_open(path, O_RDONLY); });
  };
  for (const char* path : {"/home", "/root", "/dev/mem", "/dev/console", "/dev/kmsg"})
    BOOST_TEST(!readable(path), path);
  for (const char* path : {"/etc/inbound-sms.conf", "/dev/null"}) BOOST_TEST(readable(path), path);
  for (const char* kind : {"net", "ipc", "user", "uts"})
    BOOST_TEST(name_space(kind) != of_the_machine(kind), kind);
}

BOOST_AUTO_TEST_CASE(it_sees_no_process_of_others) {
  const auto sees = [this](const std::string& pid) {
    return can([&] { return can_open("/proc/" + pid + "/stat", O_RDONLY); });
  };
  the_site->run("cat /proc/1/stat");  // which all users of the machine can
  BOOST_TEST(!sees("1"));
}

// By which the log tells what was written before a power cut. Without /proc each start would make
// one up.
BOOST_AUTO_TEST_CASE(it_knows_the_id_of_the_boot) {
  const auto mark = [] { return the_site->run("cat /var/log/inbound-sms/.synced"); };
  const std::string before = mark();
  the_site->run("systemctl restart inbound-sms.service");
  BOOST_TEST(the_site->get(message("0C01")).status == 204);
  BOOST_TEST(mark() == before);
}

BOOST_AUTO_TEST_SUITE_END()
