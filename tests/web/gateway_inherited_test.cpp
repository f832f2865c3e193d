#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "web/gateway.h"
#include "web/listener.h"

// A listener that another process made, and may hold as well.

using namespace inbound_sms::testing;

namespace {

int listener_of_this_process() {
  for (int fd = 0; fd < 1024; ++fd)
    if (inbound_sms::web::is_listening(fd)) return fd;
  return -1;
}

void let_the_listener_block() {
  const int fd = listener_of_this_process();
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

void hold_the_listener() {
  ::fcntl(listener_of_this_process(), F_DUPFD, 100);
}

void nothing() {}

}  // namespace

BOOST_AUTO_TEST_SUITE(inherited_listener)

BOOST_AUTO_TEST_CASE(a_listener_that_blocks_does_not_hold_up_the_gateway) {
  GatewayProcess gateway(let_the_listener_block, nothing);
  BOOST_TEST(gateway.serves());
  BOOST_TEST(gateway.stops_well());
}

BOOST_AUTO_TEST_CASE(a_gateway_that_stops_sleeps_while_peers_queue_at_a_shared_listener) {
  GatewayProcess gateway(nothing, hold_the_listener);
  FastCgiClient busy(gateway.address());
  busy.send(request(1, get("hold"), ""));
  FastCgiClient silent(gateway.address());
  BOOST_TEST(gateway.serves());
  gateway.stop();
  BOOST_TEST(silent.closes());  // it has begun to stop
  const FastCgiClient queued(gateway.address());
  const double before = gateway.cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  BOOST_TEST(gateway.cpu_seconds() - before < 0.05);
  busy.hang_up();
  BOOST_TEST(gateway.stops_well());
}

BOOST_AUTO_TEST_SUITE_END()
