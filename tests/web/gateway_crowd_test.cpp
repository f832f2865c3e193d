#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <list>

#include "web/gateway.h"

// More connections than descriptors.

using namespace inbound_sms::testing;

namespace {

void limit_descriptors(rlim_t soft) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(soft, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Leaves `count` descriptors and no more.
void use_up_descriptors_but(int count) {
  std::list<int> taken;
  for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY)) {
    taken.push_back(fd);
  }
  for (; count > 0; --count) {
    ::close(taken.back());
    taken.pop_back();
  }
}

void nothing() {}

std::list<FastCgiClient> crowd(const GatewayProcess& gateway, std::size_t size,
                               const std::string& each_sends) {
  std::list<FastCgiClient> clients;
  while (clients.size() < size) {
    clients.emplace_back(gateway.address());
    clients.back().send(each_sends);
  }
  return clients;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crowds)

BOOST_AUTO_TEST_CASE(ten_thousand_silent_connections_cost_next_to_nothing) {
  rlimit ours{};
  ::getrlimit(RLIMIT_NOFILE, &ours);
  limit_descriptors(RLIM_INFINITY);
  rlimit most{};
  ::getrlimit(RLIMIT_NOFILE, &most);
  const auto size = static_cast<std::size_t>(std::min<rlim_t>(10'000, most.rlim_cur - 200));
  {
    GatewayProcess gateway(nothing, nothing);
    BOOST_TEST(gateway.serves());
    const std::size_t before = gateway.resident_kib();
    std::list<FastCgiClient> silent = crowd(gateway, size, "");
    BOOST_TEST(gateway.serves());
    const std::size_t grown = gateway.resident_kib() - before;
    BOOST_TEST_MESSAGE(size << " silent connections take " << grown << " KiB");
    BOOST_TEST(grown < 4 * size);
    BOOST_TEST(!silent.front().readable());
    silent.front().send(request(1, get("old"), ""));
    BOOST_TEST(silent.front().answer().text() == "GET old 0\n");
    BOOST_TEST(gateway.stops_well());
  }
  ::setrlimit(RLIMIT_NOFILE, &ours);
}

BOOST_AUTO_TEST_CASE(the_oldest_silent_connection_makes_room) {
  GatewayProcess gateway([] { limit_descriptors(200); }, nothing);
  FastCgiClient busy(gateway.address());
  busy.send(request(1, get("hold"), ""));
  std::list<FastCgiClient> silent = crowd(gateway, 300, "");
  BOOST_TEST(gateway.serves());
  BOOST_TEST(silent.front().closes());
  BOOST_TEST(!silent.back().readable());
  BOOST_TEST(!busy.readable());
  silent.back().send(request(1, get("young"), ""));
  BOOST_TEST(silent.back().answer().text() == "GET young 0\n");
  busy.hang_up();
  BOOST_TEST(gateway.stops_well());
}

BOOST_AUTO_TEST_CASE(no_descriptor_left_in_the_process_makes_room_too) {
  GatewayProcess gateway([] { limit_descriptors(400); }, [] { use_up_descriptors_but(10); });
  std::list<FastCgiClient> silent = crowd(gateway, 60, "");
  BOOST_TEST(gateway.serves());
  BOOST_TEST(silent.front().closes());
  BOOST_TEST(!silent.back().readable());
  BOOST_TEST(gateway.stops_well());
}

BOOST_AUTO_TEST_CASE(when_all_wait_for_their_answer_new_ones_wait_until_one_closes) {
  GatewayProcess gateway([] { limit_descriptors(200); }, nothing);
  std::list<FastCgiClient> busy = crowd(gateway, 136, request(1, get("hold"), ""));
  FastCgiClient waiting(gateway.address());
  waiting.send(request(1, get("good"), ""));
  const double before = gateway.cpu_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  BOOST_TEST(!waiting.readable());
  BOOST_TEST(gateway.cpu_seconds() - before < 0.5);
  busy.pop_front();
  BOOST_TEST(waiting.answer().text() == "GET good 0\n");
  BOOST_TEST(gateway.stops_well());
}

BOOST_AUTO_TEST_CASE(where_none_is_silent_the_slowest_makes_room) {
  for (const std::string& sent : {std::string("\x01"), begin(1, true)}) {
    GatewayProcess gateway([] { limit_descriptors(200); }, nothing);
    std::list<FastCgiClient> slow = crowd(gateway, 136, sent);
    BOOST_TEST(gateway.serves());
    BOOST_TEST(slow.front().closes());
    BOOST_TEST(!slow.back().readable());  // their time was not up yet
    BOOST_TEST(gateway.stops_well());
  }
}

BOOST_AUTO_TEST_SUITE_END()
