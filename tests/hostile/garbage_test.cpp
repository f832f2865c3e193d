#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <list>
#include <random>

#include "hostile/peer.h"

// Requests in which chance has changed something. The seed is fixed: each run sends the same.

using namespace inbound_sms::testing;

namespace {

constexpr int kStreams = 3000;

class Chance {
 public:
  explicit Chance(unsigned seed) : numbers_(seed) {}

  std::size_t below(std::size_t end) { return numbers_() % end; }

  // One small or large change somewhere.
  void change(std::string& bytes) {
    const std::size_t at = below(bytes.size());
    const std::size_t size = below(std::min<std::size_t>(bytes.size() - at, 24)) + 1;
    switch (below(6)) {
      case 0:
        bytes[at] = char(below(256));
        return;
      case 1:
        bytes[at] = char(bytes[at] ^ 1 << below(8));
        return;
      case 2:
        bytes[at] = below(2) != 0 ? '\xff' : '\0';
        return;
      case 3:
        bytes.erase(at, size);
        return;
      case 4:
        bytes.insert(at, bytes.substr(at, size));
        return;
      default:
        bytes.insert(at, size, char(below(256)));
        return;
    }
  }

 private:
  std::mt19937 numbers_;  // the same everywhere, unlike what <random> makes of them
};

std::string good_stream(Chance& chance) {
  switch (chance.below(4)) {
    case 0:
      return good_request(true);
    case 1:
      return good_request(false) + good_request(true, 2);
    case 2:
      return record(9, 0, pairs({{"FCGI_MAX_REQS", ""}})) + begin(1, true, 1, 8) +
             stream(kParams, 1, pairs(new_message()), 20, 3) + stream(kStdin, 1, "x");
    default: {
      const std::string body = R"({"messageId":"x","text":"y"})";
      return request(1, post(body), body, true) + record(2, 1, "");
    }
  }
}

std::string changed_stream(Chance& chance) {
  std::string bytes = good_stream(chance);
  for (std::size_t changes = chance.below(4) + 1; changes > 0 && !bytes.empty(); --changes)
    chance.change(bytes);
  return bytes;
}

void hear_to_the_end(FastCgiClient& client) {
  std::string word;
  do word = hear(client);
  while (word != "closed" && word != "nothing");
  BOOST_TEST(word == "closed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(garbage)

BOOST_DATA_TEST_CASE(thousands_of_changed_streams_change_nothing_else, kBothSockets, listen) {
  Siege siege(listen);
  Chance chance(20'261'124);
  siege.count_peers(50);
  std::list<FastCgiClient> clients;
  for (int i = 0; i < kStreams; ++i) {
    clients.push_back(siege.connect());
    clients.back().send(changed_stream(chance));
    clients.back().finish_sending();
    if (clients.size() < 50) continue;
    siege.serves();
    for (FastCgiClient& client : clients) hear_to_the_end(client);
    siege.count_doubtful(2 * clients.size());  // two requests in a stream, perhaps
    clients.clear();
  }
  BOOST_TEST(clients.empty());
}

BOOST_AUTO_TEST_SUITE_END()
