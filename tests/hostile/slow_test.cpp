#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <list>

#include "hostile/peer.h"

// Peers that stop, dribble, or do not take what they asked for. The handler's own time limits
// end them: nothing here waits for a time, but these tests take as long as those.

using namespace inbound_sms::testing;

namespace {

std::string params() {
  return pairs(new_message());
}

std::string half(const std::string& bytes) {
  return bytes.substr(0, bytes.size() / 2);
}

// A record that promises more than comes.
std::string half_a_record(std::uint8_t type) {
  return half(record(type, 1, std::string(1000, 'x')));
}

// Asks for more than the socket holds, and takes nothing of it.
void never_reads(FastCgiClient& client, const std::string& asked) {
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += asked;
  for (int rounds = 0; rounds < 10'000; ++rounds)
    if (!client.send_within(thousand, std::chrono::milliseconds(100))) return;
  BOOST_ERROR("the handler reads on, whatever waits to be sent");
}

std::vector<HostilePeer> stuck() {
  const std::string head = begin(1, true);
  const std::string body = head + stream(kParams, 1, params());
  const std::string probe =
      request(1, {{"REQUEST_METHOD", "DELETE"}, {"QUERY_STRING", ""}, {"REMOTE_ADDR", "192.0.2.1"}},
              "", true);
  const auto reads_nothing = [](std::string asked) {
    return [asked](FastCgiClient& client) { never_reads(client, asked); };
  };
  return {
      // These two take longest.
      {"takes no answer to its records", reads_nothing(record(77, 0, "")), {"closed unread"}},
      {"takes no answer to 10 000 requests", reads_nothing(probe), {"closed unread"}},
      {"says nothing", sends(""), {"open"}},
      {"says nothing more after an answer", sends(good_request(true)), {"204", "open"}},
      {"one byte", sends("\1"), {"closed"}},
      {"BEGIN_REQUEST", sends(head), {"closed"}},
      {"half a head", sends(half(head.substr(0, 8))), {"closed"}},
      {"half of BEGIN_REQUEST", sends(half(head)), {"closed"}},
      {"half of PARAMS", sends(head + half_a_record(kParams)), {"closed"}},
      {"PARAMS but their end", sends(head + record(kParams, 1, params())), {"closed"}},
      {"no body", sends(body), {"closed"}},
      {"half of STDIN", sends(body + half_a_record(kStdin)), {"closed"}},
      {"STDIN but its end", sends(body + record(kStdin, 1, "body")), {"closed"}},
      {"no padding",
       sends(good_request(true) + half(record(kStdin, 9, "", 255))),
       {"204", "closed"}},
      {"half of a management record", sends(half_a_record(77)), {"closed"}},
      {"half of GET_VALUES", sends(half_a_record(kGetValues)), {"closed"}},
      {"half of a record of another id", sends(body + half(record(kStdin, 9, "late"))), {"closed"}},
  };
}

// The same as above, but for their socket: nothing more comes.
std::vector<HostilePeer> half_closed() {
  const std::string whole = good_request(true);
  std::vector<HostilePeer> peers;
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    peers.push_back({std::to_string(size) + " bytes of a request",
                     finishes_after(whole.substr(0, size)),
                     {"closed"}});
  }
  peers.push_back({"a whole request", finishes_after(good_request(true)), {"204", "closed"}});
  peers.push_back({"a request and a half",
                   finishes_after(good_request(true) + half(good_request(true))),
                   {"204", "closed"}});
  return peers;
}

// Sends over and over, a byte at a time, as long as the handler lets it.
struct Dribble {
  FastCgiClient client;
  std::string bytes;
  std::size_t at = 0;

  bool goes_on() { return client.send({&bytes[at++ % bytes.size()], 1}); }
};

void add_dribbles(Siege& siege, std::list<Dribble>& dribbles) {
  const std::string body = begin(1, true) + stream(kParams, 1, params());
  const auto dribble = [&](const std::string& first, const std::string& then) {
    dribbles.push_back({siege.connect(), then});
    dribbles.back().client.send(first);
  };
  dribble(begin(1, true), record(kParams, 1, "x"));
  dribble(body, record(kStdin, 1, "x"));
  dribble(body, record(9, 9, "x"));
  dribble(begin(1, true) + std::string("\1\4\0\1\377\377\0\0", 8), "x");
  siege.count_peers(4);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow)

BOOST_AUTO_TEST_CASE(peers_that_are_stuck_are_closed_and_silent_ones_are_not) {
  // Both at once, since their limits take so long.
  Ordeal unix_socket(stuck(), Listen::unix_socket);
  Ordeal tcp(stuck(), Listen::tcp);
  unix_socket.ends();
  tcp.ends();
}

BOOST_DATA_TEST_CASE(half_a_request_and_no_more_to_come_is_no_request, kBothSockets, listen) {
  endure(half_closed(), listen);
}

BOOST_AUTO_TEST_CASE(a_byte_now_and_then_does_not_win_time) {
  Siege unix_socket(Listen::unix_socket);
  Siege tcp(Listen::tcp);
  std::list<Dribble> dribbles;
  for (Siege* const siege : {&unix_socket, &tcp}) add_dribbles(*siege, dribbles);
  while (!dribbles.empty()) {
    dribbles.remove_if([](Dribble& one) { return !one.goes_on(); });
    unix_socket.serves();
    tcp.serves();
  }
}

BOOST_DATA_TEST_CASE(a_byte_now_and_then_after_the_answer_holds_nobody_up, kBothSockets, listen) {
  Siege siege(listen);
  FastCgiClient client = siege.connect();
  client.send(good_request(false));
  BOOST_TEST(hear(client) == "204");
  siege.count_stored(1);
  while (client.send("\1")) siege.serves();
}

BOOST_AUTO_TEST_SUITE_END()
