#include <sys/resource.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disks/delivery.h"
#include "disks/mounts.h"
#include "support/cgi_process.h"
#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/limits.h"
#include "support/message.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// An ext4 that is frozen: each write to it waits until somebody thaws it.

namespace {

constexpr int kFlood = 5000;        // requests
constexpr int kMostWaiting = 4096;  // records, see log::CommitterLimits
constexpr std::size_t kBody = 4096;
constexpr double kAnswer = 7.5;      // seconds: a little less than the handler takes
constexpr double kVonageWaits = 15;  // seconds

std::string id_of(int number) {
  return "0C" + std::to_string(10'000 + number);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct StuckDisk {
  std::string log_folder() const { return disk.path() + "/log"; }
  std::string log() const { return log_folder() + "/messages.jsonl"; }
  void freeze() { frozen.emplace(disk.path()); }
  void thaw() { frozen.reset(); }

  TemporaryFolder folder;
  Ext4 disk{folder.path() + "/ext4"};
  std::optional<Frozen> frozen;
};

// One connection for each request, and no waiting for its answer.
using Flood = std::vector<std::unique_ptr<FastCgiClient>>;

Flood flood(const Handler& handler) {
  Flood clients;
  for (int number = 0; number < kFlood; ++number) {
    const std::string body = message(id_of(number)) + "&more=" + std::string(kBody, 'x');
    clients.push_back(std::make_unique<FastCgiClient>(handler.address()));
    clients.back()->send(request(1, post(body), body));
  }
  return clients;
}

int count_answered(const Flood& clients) {
  return int(std::count_if(clients.begin(), clients.end(),
                           [](const auto& client) { return client->readable(); }));
}

// In MiB; what it had at most.
int memory_of(const ChildProcess& process) {
  const std::string status = read_file("/proc/" + std::to_string(process.pid()) + "/status");
  return std::stoi(status.substr(status.find("VmHWM:") + 6)) / 1024;
}

boost::test_tools::assertion_result can_connect_often(boost::unit_test::test_unit_id) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  boost::test_tools::assertion_result can(limit.rlim_max >= 2 * kFlood);
  can.message() << "only " << limit.rlim_max << " files may be open at once";
  return can;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(stuck_disk, StuckDisk, *boost::unit_test::precondition(can_mount))

BOOST_AUTO_TEST_CASE(a_handler_gives_503_in_bounded_memory_and_goes_on_when_it_is_thawed,
                     *boost::unit_test::precondition(can_be_limited) *
                         boost::unit_test::precondition(can_connect_often)) {
  Handler handler(folder, {{"INBOUND_SMS_LOG", log()}});
  const Deliver deliver = over_fastcgi(handler.address());
  BOOST_TEST(deliver("0C1") == 204);
  freeze();
  const double start = now();
  FastCgiClient first(handler.address());
  first.send(request(1, get(message("0C2")), ""));
  Flood clients = flood(handler);
  BOOST_TEST(wait_until([&] { return count_answered(clients) >= kFlood - kMostWaiting; }));
  const double refused_after = now() - start;
  const int refused_at_once = count_answered(clients);
  BOOST_TEST(first.answer().status() == 503);
  const double first_after = now() - start;
  for (const auto& client : clients) BOOST_TEST(client->answer().status() == 503);
  const int memory = memory_of(handler.process());

  thaw();
  const double thawed = now();
  BOOST_TEST(deliver("0C3") == 204);
  const double served_after = now() - thawed;
  BOOST_TEST(deliver("0C2") == 204);
  BOOST_TEST(deliver(id_of(1)) == 204);
  check_log(log_folder(), {"0C1", "0C2", "0C3", id_of(1)});

  BOOST_TEST_MESSAGE(refused_at_once
                     << " refused after " << refused_after << " s, the first 503 of "
                     << "those that waited after " << first_after << " s, " << memory
                     << " MiB, served " << served_after << " s after the thaw");
  BOOST_TEST(refused_after < first_after);
  BOOST_TEST(first_after > kAnswer);
  BOOST_TEST(first_after < kVonageWaits);
  BOOST_TEST(memory < 128);
}

BOOST_AUTO_TEST_CASE(cgi_processes_give_503_and_the_next_one_stores_when_it_is_thawed) {
  const Deliver deliver = over_cgi(folder, log());
  BOOST_TEST(deliver("0C1") == 204);
  freeze();
  const double start = now();
  std::vector<std::unique_ptr<CgiProcess>> processes;
  for (int number = 0; number < 5; ++number) {
    processes.push_back(std::make_unique<CgiProcess>(
        folder, Environment{{"QUERY_STRING", message(id_of(number))}, {"INBOUND_SMS_LOG", log()}}));
    processes.back()->finish_sending();
  }
  for (const auto& process : processes) {
    BOOST_TEST(status_of(process->answer()) == 503);
    BOOST_TEST(now() - start > kAnswer);
    BOOST_TEST(now() - start < kVonageWaits);
  }

  thaw();
  const double thawed = now();
  BOOST_TEST(deliver("0C2") == 204);
  BOOST_TEST_MESSAGE("served " << now() - thawed << " s after the thaw");
  for (int number = 0; number < 5; ++number) BOOST_TEST(deliver(id_of(number)) == 204);
  check_log(log_folder(), {"0C1", "0C2", id_of(0), id_of(1), id_of(2), id_of(3), id_of(4)});
}

BOOST_AUTO_TEST_SUITE_END()
