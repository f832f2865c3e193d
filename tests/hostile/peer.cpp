#include "hostile/peer.h"

#include <algorithm>
#include <utility>

#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

constexpr std::uint16_t kLastId = 77;  // of the request that shows an open connection

// GET_VALUES_RESULT has short names and values only.
std::string shown(std::string_view values) {
  std::string out = "VALUES ";
  while (values.size() > 1) {
    const std::size_t name = std::size_t(values[0]);
    const std::size_t value = std::size_t(values[1]);
    out.append(values.substr(2, name)).append("=").append(values.substr(2 + name, value));
    out += ' ';
    values.remove_prefix(std::min(values.size(), 2 + name + value));
  }
  return out;
}

std::string end_of(const std::string& document, const Record& end) {
  const Answer answer{true, end.content.at(4), document};
  if (document.empty()) return "END " + std::to_string(answer.protocol_status);
  return std::to_string(answer.status());
}

// What stands at the place of `expected`.
std::string hear_instead_of(const std::string& expected, FastCgiClient& client) {
  if (expected == "closed unread")
    return wait_until([&] { return client.closed(); }) ? expected : "open, unread";
  if (expected == "HEAD 204") return "HEAD " + hear(client);
  if (expected != "open") return hear(client);
  if (client.readable()) return hear(client);
  client.send(good_request(false, kLastId));
  return hear(client) == "204" ? "open" : "not served";
}

bool is_stored(const std::string& word) {
  return word == "204" || word == "open";
}

}  // namespace

std::function<void(FastCgiClient&)> sends(std::string bytes) {
  return [bytes = std::move(bytes)](FastCgiClient& client) { client.send(bytes); };
}

std::function<void(FastCgiClient&)> finishes_after(std::string bytes) {
  return [bytes = std::move(bytes)](FastCgiClient& client) {
    client.send(bytes);
    client.finish_sending();
  };
}

std::string hear(FastCgiClient& client) {
  std::string document;
  while (const auto record = client.next()) {
    if (record->type == kStdout) document += record->content;
    if (record->type == kEnd) return end_of(document, *record);
    if (record->type == kUnknownType)
      return "UNKNOWN_TYPE " + std::to_string(std::uint8_t(record->content.at(0)));
    if (record->type == kGetValuesResult) return shown(record->content);
  }
  return client.closes() ? "closed" : "nothing";
}

Ordeal::Ordeal(std::vector<HostilePeer> peers, Listen listen)
    : peers_(std::move(peers)), siege_(listen) {
  siege_.count_peers(peers_.size());
  for (const HostilePeer& peer : peers_) {
    BOOST_TEST_CONTEXT("beside the peer: " << peer.name) {
      clients_.push_back(siege_.connect());
      peer.does(clients_.back());
      siege_.serves();
    }
  }
}

void Ordeal::ends() {
  const Siege::Rest rest(siege_);
  auto client = clients_.begin();
  for (const HostilePeer& peer : peers_) {
    BOOST_TEST_CONTEXT("the peer: " << peer.name) {
      hears_all(peer, *client++);
    }
  }
}

void Ordeal::hears_all(const HostilePeer& peer, FastCgiClient& client) {
  std::vector<std::string> heard;
  for (const std::string& word : peer.hears) heard.push_back(hear_instead_of(word, client));
  BOOST_TEST(heard == peer.hears, boost::test_tools::per_element());
  siege_.count_stored(std::size_t(std::count_if(heard.begin(), heard.end(), is_stored)));
}

}  // namespace inbound_sms::testing
