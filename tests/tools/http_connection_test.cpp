#include "tools/http_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <initializer_list>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "support/ports.h"
#include "support/text.h"

using namespace inbound_sms;
using namespace inbound_sms::tools;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;

// What goes over the wire, and what is made of what comes back.

namespace {

class ListeningSocket {
 public:
  static constexpr int kQueue = 8;

  ListeningSocket() {
    name_.sin_family = AF_INET;
    name_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name_;
    auto* const address = reinterpret_cast<sockaddr*>(&name_);
    BOOST_REQUIRE(::bind(socket_.get(), address, size) == 0);
    BOOST_REQUIRE(::getsockname(socket_.get(), address, &size) == 0);
    BOOST_REQUIRE(::listen(socket_.get(), kQueue) == 0);
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(name_.sin_port)) + "/";
  }
  Descriptor accept() const { return Descriptor(::accept(socket_.get(), nullptr, nullptr)); }
  // Ends an accept() that nobody came to.
  void stop() const { ::shutdown(socket_.get(), SHUT_RDWR); }
  Descriptor begin_to_connect() const {
    Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(client.get(), reinterpret_cast<const sockaddr*>(&name_), sizeof name_);
    return client;
  }

 private:
  Descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in name_{};
};

// Gives answers on one connection, each when a request with this last part has arrived.
class Server {
 public:
  struct Turn {
    std::string end_of_request;
    std::string answer;
  };

  explicit Server(std::initializer_list<Turn> turns)
      : thread_([this, turns = std::vector<Turn>(turns)] { serve(turns); }) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { received(); }

  std::string url() const { return socket_.url(); }
  // All that came, to be asked once the last answer has been received.
  const std::string& received() {
    socket_.stop();
    if (thread_.joinable()) thread_.join();
    return received_;
  }

 private:
  void serve(const std::vector<Turn>& turns) {
    const Descriptor connection = socket_.accept();
    for (const Turn& turn : turns) {
      const std::size_t before = received_.size();
      while (!contains(std::string_view(received_).substr(before), turn.end_of_request)) {
        char bytes[4096];
        const ssize_t got = ::recv(connection.get(), bytes, sizeof bytes, 0);
        if (got <= 0) return;
        received_.append(bytes, std::size_t(got));
      }
      ::send(connection.get(), turn.answer.data(), turn.answer.size(), MSG_NOSIGNAL);
    }
  }

  ListeningSocket socket_;
  std::string received_;
  std::thread thread_;
};

constexpr char kTaken[] = "HTTP/1.1 204 No Content\r\n\r\n";

InboundRequest get(const std::string& url) {
  return {"GET", url, "", ""};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_connection)

BOOST_AUTO_TEST_CASE(a_get_has_no_content_type) {
  Server server{{"\r\n\r\n", kTaken}};
  BOOST_TEST(HttpConnection().send(get(server.url() + "?a=1")).status == 204);
  BOOST_TEST(server.received().starts_with("GET /?a=1 HTTP/1.1\r\n"));
  BOOST_TEST(contains(server.received(), "User-Agent: Nexmo/MessagingHUB/v1.0 "));
  BOOST_TEST(!contains(server.received(), "Content-Type"));
}

BOOST_AUTO_TEST_CASE(a_post_has_its_type_its_length_and_its_body) {
  Server server{{"a=1&b=2", "HTTP/1.1 503 Away\r\nContent-Length: 5\r\n\r\nlater"}};
  const HttpAnswer answer =
      HttpConnection().send({"POST", server.url(), "application/json", "a=1&b=2"});
  BOOST_TEST(answer.status == 503);
  BOOST_TEST(answer.error == "");
  BOOST_TEST(server.received().starts_with("POST / HTTP/1.1\r\n"));
  BOOST_TEST(contains(server.received(), "Content-Type: application/json\r\n"));
  BOOST_TEST(contains(server.received(), "Content-Length: 7\r\n"));
}

BOOST_AUTO_TEST_CASE(requests_follow_each_other_on_one_connection) {
  Server server{{"b=1", kTaken}, {"/?a=2 HTTP/1.1\r\n", kTaken}, {"\r\n\r\nb=3", kTaken}};
  HttpConnection connection;
  BOOST_TEST(connection.send({"POST", server.url(), "text/plain", "b=1"}).status == 204);
  BOOST_TEST(connection.send(get(server.url() + "?a=2")).status == 204);
  BOOST_TEST(connection.send({"POST", server.url(), "text/plain", "b=3"}).status == 204);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_an_answer_and_is_not_followed) {
  Server server{{"\r\n\r\n", "HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"}};
  BOOST_TEST(HttpConnection().send(get(server.url())).status == 301);
}

BOOST_AUTO_TEST_CASE(the_environment_s_proxy_is_not_asked) {
  Server server{{"\r\n\r\n", kTaken}};
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const HttpAnswer answer = HttpConnection().send(get(server.url()));
  ::unsetenv("http_proxy");
  BOOST_TEST(answer.status == 204);
}

BOOST_AUTO_TEST_CASE(where_nobody_listens_there_is_no_answer_and_a_reason) {
  const std::string url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  const HttpAnswer answer = HttpConnection().send(get(url));
  BOOST_TEST(answer.status == 0);
  BOOST_TEST(contains(answer.error, "connect"));
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_in_time_is_left) {
  const ListeningSocket silent;  // the kernel accepts
  HttpConnection connection({.answer = 50ms});
  const auto begun = std::chrono::steady_clock::now();
  const HttpAnswer answer = connection.send(get(silent.url()));
  BOOST_TEST(answer.status == 0);
  BOOST_TEST(contains(answer.error, "timed out"));
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 15s));
}

// Whose queue of connections is full: the kernel drops what more there is.
BOOST_AUTO_TEST_CASE(who_does_not_accept_in_time_is_left) {
  const ListeningSocket busy;
  std::vector<Descriptor> queue;
  while (queue.size() < 2 * ListeningSocket::kQueue) queue.push_back(busy.begin_to_connect());
  HttpConnection connection({.connect = 50ms});
  const auto begun = std::chrono::steady_clock::now();
  const HttpAnswer answer = connection.send(get(busy.url()));
  BOOST_TEST(answer.status == 0);
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 15s));
}

BOOST_AUTO_TEST_CASE(vonage_waits_three_seconds_for_a_connection_and_fifteen_for_an_answer) {
  BOOST_TEST((HttpLimits().connect == 3s));
  BOOST_TEST((HttpLimits().answer == 15s));
}

BOOST_AUTO_TEST_SUITE_END()
