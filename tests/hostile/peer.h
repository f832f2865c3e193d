#pragma once

#include <functional>
#include <list>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "hostile/siege.h"

namespace inbound_sms::testing {

// One peer that no web server is: what it does, and what it must hear. A row of the tables in
// this folder.
struct HostilePeer {
  std::string name;
  std::function<void(FastCgiClient&)> does;
  // In this order, to the last word:
  //   "204"                an answer with that status, a message of its own
  //   "HEAD 204"           that, and there is nothing to log
  //   "END 1"              END_REQUEST with that protocolStatus, without an answer
  //   "UNKNOWN_TYPE 77"    that record
  //   "VALUES a=b c=d "    GET_VALUES_RESULT with these
  //   "closed"             the handler closes the connection
  //   "closed unread"      it does so while what it has sent is not taken
  //   "open"               it does not: a message over the same connection is answered 204
  std::vector<std::string> hears;
};

// Does no more than send these bytes.
std::function<void(FastCgiClient&)> sends(std::string bytes);
// ... and says that nothing more will come (SHUT_WR).
std::function<void(FastCgiClient&)> finishes_after(std::string bytes);

// The next word that a peer hears.
std::string hear(FastCgiClient& client);

// All these peers around one handler.
class Ordeal {
 public:
  // They come, each while those before it are still there; a good message is served after each.
  Ordeal(std::vector<HostilePeer> peers, Listen listen);
  // Checks what each of them hears, to its last word. All that Siege promises is checked here,
  // too, and when this object goes.
  void ends();

 private:
  void hears_all(const HostilePeer& peer, FastCgiClient& client);

  const std::vector<HostilePeer> peers_;
  Siege siege_;
  std::list<FastCgiClient> clients_;
};

inline void endure(std::vector<HostilePeer> peers, Listen listen) {
  Ordeal(std::move(peers), listen).ends();
}

// For BOOST_DATA_TEST_CASE: every table is gone through on both.
inline const std::vector<Listen> kBothSockets{Listen::unix_socket, Listen::tcp};

}  // namespace inbound_sms::testing

namespace std {
inline ostream& operator<<(ostream& out, inbound_sms::testing::Listen listen) {
  return out << (listen == inbound_sms::testing::Listen::tcp ? "TCP" : "a unix socket");
}
}  // namespace std
