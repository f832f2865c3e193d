#include <sys/resource.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <list>

#include "hostile/peer.h"
#include "support/limits.h"
#include "support/process_usage.h"
#include "support/text.h"
#include "support/wait.h"

// Peers that come in crowds.

using namespace inbound_sms::testing;

namespace {

// So many descriptors are left for peers of this program, once it has all that it may have. The
// handler raises its own limit.
std::size_t room_for(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t kOthers = 200;
  return std::min<std::size_t>(wanted, std::max(limit.rlim_cur, 2 * kOthers) - kOthers);
}

std::list<FastCgiClient> crowd(const Siege& siege, std::size_t size,
                               const std::string& each_sends) {
  std::list<FastCgiClient> clients;
  while (clients.size() < size) {
    clients.push_back(siege.connect());
    clients.back().send(each_sends);
  }
  return clients;
}

// All of a request but the last bytes, as large as one may be.
std::string nearly_whole() {
  std::string bytes = begin(1, true) +
                      stream(kParams, 1, pairs({{"X", std::string(120'000, 'x')}})) +
                      stream(kStdin, 1, std::string(250'000, 'x'));
  bytes.resize(bytes.size() - 8);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crowds)

BOOST_DATA_TEST_CASE(ten_thousand_who_say_nothing, kBothSockets, listen) {
  const std::size_t size = room_for(10'000);
  Siege siege(listen);
  siege.count_peers(size);
  const std::size_t before = resident_kib(siege.pid());
  std::list<FastCgiClient> silent = crowd(siege, size, "");
  const Siege::Rest rest(siege);
  for (int i = 0; i < 20; ++i) siege.serves();
  const std::size_t grown = resident_kib(siege.pid()) - before;
  BOOST_TEST_MESSAGE("    " << size << " silent peers take " << grown << " KiB");
  BOOST_TEST(grown < 4 * size);
  for (FastCgiClient* const one : {&silent.front(), &silent.back()}) {
    BOOST_TEST(!one->readable());
    one->send(good_request(false));
    BOOST_TEST(hear(*one) == "204");
    siege.count_stored(1);
  }
}

BOOST_DATA_TEST_CASE(more_who_say_nothing_than_fit, kBothSockets, listen) {
  Siege siege(listen, {}, limited("--nofile=300"));
  siege.count_peers(500);
  std::list<FastCgiClient> silent = crowd(siege, 500, "");
  siege.serves();
  BOOST_TEST(silent.front().closes());
  BOOST_TEST(hear(silent.front()) == "closed");
  silent.back().send(good_request(false));
  BOOST_TEST(hear(silent.back()) == "204");
  siege.count_stored(1);
}

BOOST_DATA_TEST_CASE(more_with_half_a_request_than_fit, kBothSockets, listen) {
  Siege siege(listen, {}, limited("--nofile=300"));
  siege.count_peers(500);
  const std::list<FastCgiClient> slow = crowd(siege, 500, "\1");
  for (int i = 0; i < 5; ++i) siege.serves();
  BOOST_TEST(contains(siege.handler().words(), "out of descriptors"));
}

BOOST_DATA_TEST_CASE(large_requests_that_are_nearly_whole, kBothSockets, listen) {
  Siege siege(listen);
  siege.count_peers(500);
  std::list<FastCgiClient> large;
  for (int i = 0; i < 500; ++i) {
    large.push_back(siege.connect());
    large.back().send(nearly_whole());
    if (i % 50 == 0) siege.serves();
  }
  BOOST_TEST(contains(siege.handler().words(), "hold more memory than they may"));
}

BOOST_DATA_TEST_CASE(ten_thousand_who_come_and_go_leave_nothing_behind, kBothSockets, listen) {
  Siege siege(listen);
  const std::size_t before = open_descriptors(siege.pid());
  BOOST_TEST(before > 0);
  for (int i = 0; i < 2000; ++i) {
    for (const std::string& sent : {std::string(), std::string("\1"), begin(1, true),
                                    std::string("GET / HTTP/1.0\r\n\r\n"), record(77, 0, "x")})
      siege.connect().send(sent);
    if (i % 100 == 0) siege.serves();
  }
  BOOST_TEST(wait_until([&] { return open_descriptors(siege.pid()) <= before; }));
  // One line a kind a minute: what peers do cannot fill the administrator's log.
  const std::string words = siege.handler().words();
  BOOST_TEST(count_of(words, "closed a FastCGI connection") <= 2);
  BOOST_TEST(count_of(words, "hung up") <= 2);
  BOOST_TEST(count_of(words, "\n") < 10);
}

BOOST_DATA_TEST_CASE(a_hundred_thousand_unknown_records, kBothSockets, listen) {
  for (const std::string& unknown : {record(77, 0, ""), record(78, 0, std::string(100, 'x'))}) {
    Siege siege(listen);
    FastCgiClient client = siege.connect();
    for (int round = 0; round < 100; ++round) {
      std::string thousand;
      for (int i = 0; i < 1000; ++i) thousand += unknown;
      BOOST_REQUIRE(client.send(thousand));
      for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(client.next());
      if (round % 10 == 0) siege.serves();
    }
    client.send(good_request(false));
    BOOST_TEST(hear(client) == "204");
    siege.count_stored(1);
  }
}

BOOST_DATA_TEST_CASE(a_crowd_that_never_stops_sending, kBothSockets, listen) {
  Siege siege(listen);
  siege.count_peers(100);
  std::string ignored;
  while (ignored.size() < 60'000) ignored += record(kStdin, 9, "");
  std::list<FastCgiClient> floods = crowd(siege, 100, "");
  for (int round = 0; round < 25; ++round) {
    for (FastCgiClient& flood : floods) flood.send_within(ignored, std::chrono::milliseconds(0));
    siege.serves();
  }
}

BOOST_AUTO_TEST_SUITE_END()
