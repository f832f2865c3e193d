#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "disks/delivery.h"
#include "disks/load.h"
#include "disks/mounts.h"
#include "disks/standing_still.h"
#include "support/cgi_process.h"
#include "support/handler.h"
#include "support/message.h"
#include "support/processes.h"
#include "support/rounds.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// The power is cut while clients deliver: what was not synced is gone. All that was answered 204 by
// then is on the log after the next boot, once.

namespace {

constexpr int kClients = 4;
constexpr std::size_t kBetween = 30;  // messages between two cuts

class Machine {
 public:
  Deliver start_handler() {
    const std::string name = std::to_string(handlers_.size());
    handlers_.push_back(start(name, disk_.path()));
    return over_fastcgi(handlers_.back()->address());
  }

  // Started only where no cut is under way.
  Deliver cgi() {
    install_handler(folder_.path() + "/cgi", "inbound-sms.cgi", "");  // before any thread does
    return [this](const std::string& id) {
      std::unique_lock may_start(starting_);
      CgiProcess process(
          folder_, {{"QUERY_STRING", message(id)}, {"INBOUND_SMS_LOG", log_in(disk_.path())}});
      wait_until([&] { return runs_program(process.process()); });
      may_start.unlock();
      process.finish_sending();
      return status_of(process.answer());
    };
  }

  void rename_log(int number) const {
    fs::rename(log_in(disk_.path()), log_in(disk_.path()) + "." + std::to_string(number));
  }

  // As the kernel does it some time: on the disk is a mark then that is older than the log.
  void write_mark_back() const {
    const std::string mark = disk_.path() + "/log/.synced";
    const inbound_sms::Descriptor file(::open(mark.c_str(), O_RDONLY | O_CLOEXEC));
    BOOST_TEST(::fsync(file.get()) == 0);
  }

  void cut(const Load& load) {
    std::vector<std::string> ids;
    std::optional<AfterPowerCut> after;
    {
      const std::unique_lock nobody_starts(starting_);
      const StandingStill still(folder_.path());
      after.emplace(disk_, folder_.path() + "/after");
      ids = load.acknowledged();
    }
    boot_and_look(*after, std::move(ids));
    ++cuts_;
  }

  void say_figures(const Load& load) const {
    BOOST_TEST_MESSAGE(cuts_ << " cuts, " << load.acknowledged().size() << " messages");
  }

 private:
  static std::string log_in(const std::string& disk) { return disk + "/log/messages.jsonl"; }

  std::unique_ptr<Handler> start(const std::string& name, const std::string& disk) const {
    return std::make_unique<Handler>(
        folder_, Environment{{"INBOUND_SMS_LISTEN", "unix:" + folder_.path() + "/" + name},
                             {"INBOUND_SMS_LOG", log_in(disk)}});
  }

  bool runs_program(ChildProcess& process) const {
    const std::vector<pid_t> running = processes_in(folder_.path());
    return !process.running() ||
           std::find(running.begin(), running.end(), process.pid()) != running.end();
  }

  // The last ones are delivered again, as if their answers had been lost with the power.
  void boot_and_look(AfterPowerCut& after, std::vector<std::string> ids) {
    std::string disk;
    std::unique_ptr<Handler> handler;
    {
      const std::unique_lock nobody_starts(starting_);
      disk = after.mount();
      const NextBoot boot(folder_.path());
      handler = start("next", disk);
      BOOST_TEST(wait_until([&] { return contains(handler->words(), "ready"); }));
    }
    ids.push_back("0CNEW");
    const std::size_t repeated = std::min<std::size_t>(ids.size(), 10);
    for (auto id = ids.end() - std::ptrdiff_t(repeated); id != ids.end(); ++id)
      BOOST_TEST(over_fastcgi(handler->address())(*id) == 204);
    handler.reset();
    check_log(disk + "/log", ids);
  }

  TemporaryFolder folder_;
  Ext4 disk_{folder_.path() + "/ext4"};
  std::mutex starting_;  // programs, by one thread at a time
  std::vector<std::unique_ptr<Handler>> handlers_;
  int cuts_ = 0;
};

void cut_often(Machine& machine, const std::vector<Deliver>& doors, int cuts) {
  const Load load(kClients, doors);
  for (int i = 0; i < cuts; ++i) {
    if (i > 0) machine.write_mark_back();
    BOOST_TEST(load.goes_on(kBetween));
    machine.cut(load);
  }
  machine.say_figures(load);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(power_cut, *boost::unit_test::precondition(can_mount))

BOOST_AUTO_TEST_CASE(nothing_that_a_handler_acknowledged_is_lost) {
  Machine machine;
  cut_often(machine, {machine.start_handler()}, 2 * rounds());
}

BOOST_AUTO_TEST_CASE(nothing_that_three_handlers_acknowledged_is_lost) {
  Machine machine;
  const Deliver first = machine.start_handler();
  cut_often(machine, {first, machine.start_handler(), machine.start_handler()}, rounds());
}

BOOST_AUTO_TEST_CASE(nothing_that_a_handler_and_cgi_processes_acknowledged_is_lost) {
  Machine machine;
  const Deliver handler = machine.start_handler();
  cut_often(machine, {handler, machine.cgi(), machine.cgi()}, rounds());
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_where_the_file_has_just_changed) {
  Machine machine;
  const Deliver first = machine.start_handler();
  const Load load(kClients, {first, machine.start_handler(), machine.cgi()});
  for (int i = 1; i <= 2 * rounds(); ++i) {
    BOOST_TEST(load.goes_on(kBetween));
    machine.rename_log(i);
    BOOST_TEST(load.goes_on(std::size_t(i) % 5));
    machine.cut(load);
  }
  machine.say_figures(load);
}

BOOST_AUTO_TEST_SUITE_END()
