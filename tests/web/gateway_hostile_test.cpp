#include <boost/test/unit_test.hpp>
#include <chrono>
#include <list>

#include "support/limits.h"
#include "web/gateway.h"

// What no web server sends. The gateway runs in a process of its own, so that its death would
// be seen, and a good request is served while the bad peer is still there.

using namespace inbound_sms::testing;
using Clock = std::chrono::steady_clock;

namespace {

void nothing() {}

struct Fixture {
  GatewayProcess gateway{nothing, nothing};

  FastCgiClient connect() const { return FastCgiClient(gateway.address()); }

  // The gateway closes a connection on which `bytes` were sent, and lives.
  void refuses(const std::string& bytes) const {
    FastCgiClient client = connect();
    client.send(bytes);
    BOOST_TEST(client.closes());
    BOOST_TEST(gateway.serves());
  }

  // A good request behind `bytes` on the same connection is served as if they were not there.
  Answer serves_after(const std::string& bytes) const {
    FastCgiClient client = connect();
    client.send(bytes + request(9, get("good"), ""));
    return client.answer(9);
  }

  ~Fixture() { BOOST_TEST(gateway.stops_well()); }
};

const std::string kParamsOfAGet = pairs(get("good"));

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hostile_peers, Fixture)

BOOST_AUTO_TEST_CASE(get_values_with_four_names_does_not_kill) {
  const std::string name = pairs({{"FCGI_MPXS_CONNS", ""}});
  FastCgiClient client = connect();
  client.send(record(kGetValues, 0, name + name + name + name) + request(1, get("good"), ""));
  const auto values = client.next();
  BOOST_REQUIRE(values);
  BOOST_TEST(values->type == kGetValuesResult);
  BOOST_TEST(values->content == pairs({{"FCGI_MPXS_CONNS", "0"}}));
  BOOST_TEST(client.answer().text() == "GET good 0\n");
}

BOOST_AUTO_TEST_CASE(get_values_inside_a_request_is_answered) {
  const std::string names = record(kGetValues, 0, pairs({{"FCGI_MAX_REQS", ""}}));
  FastCgiClient client = connect();
  client.send(begin(1, true) + names + stream(kParams, 1, kParamsOfAGet) + names +
              stream(kStdin, 1, ""));
  for (int i = 0; i < 2; ++i) {
    const auto values = client.next();
    BOOST_REQUIRE(values);
    BOOST_TEST(values->type == kGetValuesResult);
  }
  BOOST_TEST(client.answer().text() == "GET good 0\n");
}

BOOST_AUTO_TEST_CASE(lengths_that_overflow_do_not_kill) {
  for (const std::string& lengths :
       {std::string("\xff\xff\xff\xfe\xff\xff\xff\xfe"), std::string("\xff\xff\xff\xf0\x10"),
        std::string("\xf1\x3f\xff\x00\x10"
                    "abcdefgh",
                    13)}) {
    refuses(begin(1, false) + stream(kParams, 1, lengths) + stream(kStdin, 1, ""));
  }
}

BOOST_AUTO_TEST_CASE(unknown_management_records_inject_nothing) {
  const std::string unknown = record(77, 0, pairs({{"QUERY_STRING", "injected"}}));
  FastCgiClient client = connect();
  client.send(unknown + begin(1, false) + unknown + record(kParams, 1, kParamsOfAGet) + unknown +
              record(kParams, 1, "") + record(77, 0, "") + stream(kStdin, 1, ""));
  for (int i = 0; i < 4; ++i) {
    const auto reply = client.next();
    BOOST_REQUIRE(reply);
    BOOST_TEST(reply->type == kUnknownType);
    BOOST_TEST(reply->content == std::string("\x4d\0\0\0\0\0\0\0", 8));
  }
  BOOST_TEST(client.answer().text() == "GET good 0\n");
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_unknown_records_leave_nothing_behind) {
  FastCgiClient client = connect();
  BOOST_TEST(gateway.serves());
  std::size_t before = 0;
  for (int round = 0; round < 100; ++round) {
    std::string thousand;
    for (int i = 0; i < 1000; ++i) thousand += record(77, 0, "x");
    BOOST_REQUIRE(client.send(thousand));
    for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(client.next());
    if (round == 9) before = gateway.resident_kib();
  }
  BOOST_TEST(gateway.resident_kib() < before + 2048);
  client.send(request(1, get("good"), ""));
  BOOST_TEST(client.answer().text() == "GET good 0\n");
}

BOOST_AUTO_TEST_CASE(answers_that_are_not_read_stay_bounded) {
  BOOST_TEST(gateway.serves());
  const std::size_t before = gateway.resident_kib();
  FastCgiClient client = connect();
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += record(77, 0, "");
  std::size_t rounds = 0;
  while (rounds < 10'000 && client.send_within(thousand, std::chrono::milliseconds(200))) ++rounds;
  BOOST_TEST(rounds < 10'000);  // the gateway has stopped reading
  BOOST_TEST(gateway.resident_kib() < before + 4096);
  BOOST_TEST(gateway.serves());
}

BOOST_AUTO_TEST_CASE(answers_to_requests_sent_ahead_stay_bounded) {
  BOOST_TEST(gateway.serves());
  const std::size_t before = gateway.resident_kib();
  FastCgiClient client = connect();
  std::string ahead;
  for (int i = 0; i < 40; ++i) ahead += request(1, get("large"), "", true);  // 40 MB of answers
  client.send(ahead);
  for (int i = 0; i < 10; ++i) BOOST_TEST(gateway.serves());
  BOOST_TEST(gateway.resident_kib() < before + 20 * 1024);
  for (int i = 0; i < 40; ++i) BOOST_REQUIRE(client.answer().text().size() == 1'000'001);
}

BOOST_AUTO_TEST_CASE(parameters_that_nobody_looks_up_take_no_memory_while_an_answer_is_awaited,
                     *boost::unit_test::precondition(can_be_limited)) {
  std::string many;
  while (many.size() < 120'000) many += pairs({{"X", ""}, {"REMOTE_ADDR", ""}});
  BOOST_TEST(gateway.serves());
  const std::size_t before = gateway.resident_kib();
  std::list<FastCgiClient> waiting;
  for (int i = 0; i < 100; ++i) {
    waiting.push_back(connect());
    waiting.back().send(begin(1, true) + stream(kParams, 1, pairs(get("hold")) + many) +
                        stream(kStdin, 1, ""));
    BOOST_REQUIRE(gateway.serves());
  }
  BOOST_TEST(gateway.resident_kib() < before + 8 * 1024);  // as text they would be 12 MB
}

BOOST_AUTO_TEST_CASE(peers_that_go_while_their_request_is_in_hand_burn_no_core) {
  const std::string held = request(1, get("hold"), "", true);
  FastCgiClient half = connect();
  half.send(held);
  half.finish_sending();
  FastCgiClient half_with_more = connect();
  half_with_more.send(held + request(2, get("more"), "", true));
  half_with_more.finish_sending();
  for (const std::string& sent : {held, held + request(2, get("more"), "", true)}) {
    FastCgiClient gone = connect();
    gone.send(sent);
    BOOST_TEST(gateway.serves());  // the request is in hand by now
  }
  const double before = gateway.cpu_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  BOOST_TEST(gateway.cpu_seconds() - before < 0.1);
  BOOST_TEST(!half.readable());
  BOOST_TEST(!half_with_more.readable());
  half.hang_up();
  half_with_more.hang_up();
}

BOOST_AUTO_TEST_CASE(unknown_role_is_told_so) {
  FastCgiClient client = connect();
  const std::string rest = stream(kParams, 1, kParamsOfAGet) + stream(kStdin, 1, "x");
  client.send(begin(1, true, 2) + rest + begin(1, true, 99) + rest + request(1, get("good"), ""));
  BOOST_TEST(client.answer().protocol_status == 3);
  BOOST_TEST(client.answer().protocol_status == 3);
  BOOST_TEST(client.answer().text() == "GET good 0\n");
  FastCgiClient once = connect();
  once.send(begin(1, false, 3));
  BOOST_TEST(once.answer().protocol_status == 3);
  BOOST_TEST(once.closes());
}

BOOST_AUTO_TEST_CASE(a_second_request_on_a_busy_connection_is_told_so) {
  FastCgiClient client = connect();
  client.send(begin(1, true) + begin(2, true) + stream(kParams, 2, "junk"));
  BOOST_TEST(client.answer(2).protocol_status == 1);
  client.send(stream(kParams, 1, kParamsOfAGet) + stream(kStdin, 2, "") + stream(kStdin, 1, "x"));
  BOOST_TEST(client.answer(1).text() == "GET good 1\n");
}

BOOST_AUTO_TEST_CASE(abort_is_answered_at_every_point) {
  const std::string abort = record(kAbort, 1, "");
  const std::string params = stream(kParams, 1, kParamsOfAGet);
  for (const std::string& before :
       {begin(1, true), begin(1, true) + record(kParams, 1, kParamsOfAGet.substr(0, 5)),
        begin(1, true) + params, begin(1, true) + params + record(kStdin, 1, "half"),
        begin(1, true) + stream(kParams, 1, pairs(get("hold"))) + stream(kStdin, 1, "")}) {
    FastCgiClient client = connect();
    client.send(before + abort);
    const Answer aborted = client.answer();
    BOOST_TEST(aborted.protocol_status == 0);
    BOOST_TEST(aborted.document == "");
    client.send(request(1, get("good"), ""));
    BOOST_TEST(client.answer().text() == "GET good 0\n");
  }
}

BOOST_AUTO_TEST_CASE(stray_records_change_nothing) {
  for (const std::string& stray :
       {record(kStdin, 9, "late"), record(kStdin, 9, ""), record(kParams, 3, ""),
        record(kAbort, 9, ""), record(kStdout, 9, "x"), record(kData, 9, ""),
        record(200, 9, "x")}) {
    BOOST_TEST(serves_after(stray).text() == "GET good 0\n");
  }
  BOOST_TEST(serves_after(request(1, get("a"), "", true) + record(kStdin, 1, "late")).text() ==
             "GET good 0\n");
  FastCgiClient client = connect();
  client.send(begin(1, false) + record(kStdin, 2, "") + stream(kParams, 1, kParamsOfAGet) +
              record(kStdin, 2, "") + stream(kStdin, 1, "hello"));
  BOOST_TEST(client.answer().text() == "GET good 5\n");
}

BOOST_AUTO_TEST_CASE(padding_is_harmless_everywhere) {
  for (const std::uint8_t padding : {7, 8, 255}) {
    FastCgiClient client = connect();
    client.send(begin(1, false, 1, padding) + stream(kParams, 1, kParamsOfAGet, 9, padding) +
                stream(kStdin, 1, "body", 2, padding));
    BOOST_TEST(client.answer().text() == "GET good 4\n");
  }
}

BOOST_AUTO_TEST_CASE(a_pair_may_be_cut_at_every_byte) {
  FastCgiClient client = connect();
  const std::string params = pairs({{"REQUEST_METHOD", "PUT"}, {"X", std::string(200, 'x')}});
  for (std::size_t cut = 1; cut < params.size(); ++cut) {
    client.send(begin(1, true) + record(kParams, 1, params.substr(0, cut)) +
                stream(kParams, 1, params.substr(cut)) + stream(kStdin, 1, ""));
    BOOST_REQUIRE(client.answer().text() == "PUT - 0\n");
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_fastcgi_is_closed) {
  refuses("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  refuses(std::string(8, '\0'));
  refuses(std::string(100, '\xff'));
  refuses(begin(1, false).substr(0, 8) + std::string(8, '\0') + "\x02junkjunk");
  refuses(record(kBegin, 1, "short"));
  refuses(begin(1, false) + stream(kParams, 1,
                                   "\x05\x05"
                                   "cut"));
  refuses(begin(1, false) + record(kStdin, 1, "x"));
}

BOOST_AUTO_TEST_CASE(half_a_request_and_a_hang_up_reach_no_application) {
  const std::string whole = request(1, get("good"), "body");
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    FastCgiClient client = connect();
    client.send(whole.substr(0, size));
    client.finish_sending();
    BOOST_TEST(!client.next());  // closed without an answer
  }
  BOOST_TEST(gateway.serves());
}

BOOST_AUTO_TEST_CASE(many_bad_peers_at_once_do_not_hold_up_a_good_one) {
  std::list<FastCgiClient> bad;
  const auto stays = [&](const std::string& bytes, int count = 20) {
    for (int i = 0; i < count; ++i) {
      bad.push_back(connect());
      bad.back().send(bytes);
    }
  };
  stays("");
  stays("\x01");
  stays(begin(1, true));
  stays(begin(1, true) + std::string("\x01\x04\x00\x01\xff\xff\x00\x00", 8) + "half a record");
  stays(begin(1, true) + record(kParams, 1, std::string("\xf1\x00\x00\x00\x01", 5)));
  stays(begin(1, true) + stream(kParams, 1, kParamsOfAGet) + record(kStdin, 1, "stalled"));
  stays(request(1, get("large"), ""), 2);
  stays(request(1, get("hold"), "") + request(2, get("behind"), ""));
  stays(record(kGetValues, 0, ""));
  const double cpu_before = gateway.cpu_seconds();
  const auto started = Clock::now();
  Clock::duration slowest{};
  for (int i = 0; i < 200; ++i) {
    const auto before = Clock::now();
    BOOST_REQUIRE(gateway.serves());
    slowest = std::max(slowest, Clock::now() - before);
  }
  using Milliseconds = std::chrono::duration<double, std::milli>;
  BOOST_TEST_MESSAGE("slowest good request beside "
                     << bad.size() << " bad peers: " << Milliseconds(slowest).count() << " ms");
  BOOST_TEST(slowest < std::chrono::seconds(5));
  // A core that is burnt would take as long as the clock on the wall.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const std::chrono::duration<double> wall = Clock::now() - started;
  BOOST_TEST(gateway.cpu_seconds() - cpu_before < 0.8 * wall.count());
}

BOOST_AUTO_TEST_SUITE_END()
