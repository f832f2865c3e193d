#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "web/cgi_server.h"
#include "web/gateway.h"

// Deadlines, with short ones set.

using namespace inbound_sms::testing;
using inbound_sms::web::FastCgiLimits;
using inbound_sms::web::Ticket;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

constexpr milliseconds kShort{150};

FastCgiLimits request_limit() {
  FastCgiLimits limits;
  limits.request = kShort;
  return limits;
}

FastCgiLimits answer_limit() {
  FastCgiLimits limits;
  limits.answer = kShort;
  return limits;
}

FastCgiLimits send_limit() {
  FastCgiLimits limits;
  limits.send = kShort;
  return limits;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deadlines)

BOOST_AUTO_TEST_CASE(a_slow_request_and_a_slow_log_together_stay_below_what_vonage_waits) {
  constexpr std::chrono::seconds kVonageWaits{15};
  const FastCgiLimits fastcgi;
  BOOST_TEST((fastcgi.request + fastcgi.answer < kVonageWaits));
  const inbound_sms::web::CgiLimits cgi;
  BOOST_TEST((cgi.request + cgi.end + cgi.answer < kVonageWaits));
}

BOOST_AUTO_TEST_CASE(a_request_that_stalls_is_closed) {
  Gateway gateway(request_limit());
  const std::string whole = request(1, get("x"), "body");
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{8}, std::size_t{20}, whole.size() - 1}) {
    FastCgiClient client = gateway.connect();
    const auto before = Clock::now();
    client.send(whole.substr(0, size));
    BOOST_TEST(client.closes());
    BOOST_TEST((Clock::now() - before >= kShort));
  }
  BOOST_TEST(gateway.reports("its request took too long"));
}

BOOST_AUTO_TEST_CASE(a_request_that_dribbles_is_closed) {
  Gateway gateway(request_limit());
  FastCgiClient client = gateway.connect();
  client.send(begin(1, true) + stream(kParams, 1, pairs(get("x"))));
  bool open = true;
  const auto give_up = Clock::now() + std::chrono::seconds(30);
  while (open && Clock::now() < give_up) {
    open = client.send(record(kStdin, 1, "x"));
    std::this_thread::sleep_for(milliseconds(5));
  }
  BOOST_TEST(!open);
  BOOST_TEST(gateway.application().count() == 0);
}

BOOST_AUTO_TEST_CASE(a_silent_connection_has_no_deadline) {
  FastCgiLimits limits = request_limit();
  limits.answer = limits.send = kShort;
  Gateway gateway(limits);
  FastCgiClient never_used = gateway.connect();
  FastCgiClient used = gateway.connect();
  used.send(request(1, get("x"), "", true));
  BOOST_TEST(used.answer().ended);
  FastCgiClient stalled = gateway.connect();  // younger than both; when it goes, they could have
  stalled.send("\x01");
  BOOST_TEST(stalled.closes());
  for (FastCgiClient* client : {&never_used, &used}) {
    BOOST_TEST(!client->readable());
    client->send(request(1, get("again"), "", true));
    BOOST_TEST(client->answer().text() == "GET again 0\n");
  }
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_replaced_and_dropped) {
  Gateway gateway(answer_limit());
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("hold"), "it", true));
  const Answer late = client.answer();
  BOOST_TEST(late.status() == 503);
  BOOST_TEST(late.text() == "too late\n");
  const Ticket ticket = gateway.application().held().at("it");
  gateway.answer(ticket, {200, "much too late"});
  BOOST_TEST(gateway.serves());
  client.send(request(1, get("next"), "", true));
  BOOST_TEST(client.answer().text() == "GET next 0\n");
}

BOOST_AUTO_TEST_CASE(an_answer_is_given_once) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("hold"), "it", true));
  BOOST_TEST(gateway.application().wait_for(1));
  const Ticket ticket = gateway.application().held().at("it");
  for (const Ticket other : {Ticket{0}, ticket + 1, ~Ticket{0}}) gateway.answer(other, {200, "no"});
  gateway.answer(ticket, {200, "first"});
  gateway.answer(ticket, {200, "second"});
  BOOST_TEST(client.answer().text() == "first\n");
  client.send(request(1, get("next"), "", true));
  BOOST_TEST(client.answer().text() == "GET next 0\n");
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_peer_that_hung_up_is_dropped) {
  for (const char* address : {"", "127.0.0.1:0"}) {
    Gateway gateway({}, address);
    {
      FastCgiClient client = gateway.connect();
      client.send(request(1, get("hold"), "it", true));
      BOOST_TEST(gateway.application().wait_for(1));
    }
    FastCgiClient next = gateway.connect();  // may get the number of the descriptor
    next.send(request(1, get("hold"), "next", true));
    BOOST_TEST(gateway.application().wait_for(2));
    gateway.answer(gateway.application().held().at("it"), {200, "for nobody"});
    gateway.answer(gateway.application().held().at("next"), {200, "for next"});
    BOOST_TEST(next.answer().text() == "for next\n");
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_reads_its_answer_is_closed) {
  Gateway gateway(send_limit());
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("large"), "", true));
  BOOST_TEST(gateway.reports("it did not take its answer"));
  BOOST_TEST(!client.answer().ended);
  BOOST_TEST(gateway.serves());
}

BOOST_AUTO_TEST_CASE(a_peer_that_reads_gets_a_large_answer) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(request(1, get("large"), "", true));
    BOOST_TEST(client.answer().text().size() == 1'000'001);
  }
}

BOOST_AUTO_TEST_SUITE_END()
