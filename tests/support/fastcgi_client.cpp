#include "support/fastcgi_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace inbound_sms::testing {

namespace {

using std::chrono::milliseconds;

// Only a hang comes near it, however loaded the machine is.
constexpr milliseconds kPatience{30'000};

std::string number(std::size_t value, std::size_t bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes) & 0xff);
  return out;
}

std::string length(std::size_t value) {
  return value < 128 ? number(value, 1) : number(value | 0x80000000U, 4);
}

Descriptor connect_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    throw std::runtime_error("connect to " + path + ": " + std::strerror(errno));
  }
  return socket;
}

Descriptor connect_tcp(const std::string& host, int port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, host.c_str(), &name.sin_addr);
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    throw std::runtime_error("connect to " + host + ": " + std::strerror(errno));
  }
  return socket;
}

Descriptor connect_to(const std::string& address) {
  if (address.rfind("unix:", 0) == 0) return connect_unix(address.substr(5));
  const std::size_t colon = address.rfind(':');
  return connect_tcp(address.substr(0, colon), std::stoi(address.substr(colon + 1)));
}

bool ready(int fd, short events, milliseconds patience) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace

std::string record(std::uint8_t type, std::uint16_t id, std::string_view content,
                   std::uint8_t padding) {
  std::string out = number(1, 1) + number(type, 1) + number(id, 2) + number(content.size(), 2) +
                    number(padding, 1) + number(0, 1);
  out += content;
  out.append(padding, '#');
  return out;
}

std::string begin(std::uint16_t id, bool keep, std::uint16_t role, std::uint8_t padding) {
  return record(kBegin, id, number(role, 2) + number(keep ? 1 : 0, 1) + number(0, 5), padding);
}

std::string pairs(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params) {
    out += length(name.size()) + length(value.size()) + name + value;
  }
  return out;
}

std::string stream(std::uint8_t type, std::uint16_t id, std::string_view content, std::size_t cut,
                   std::uint8_t padding) {
  std::string out;
  while (!content.empty()) {
    out += record(type, id, content.substr(0, cut), padding);
    content.remove_prefix(std::min(cut, content.size()));
  }
  return out + record(type, id, "", padding);
}

std::string request(std::uint16_t id, const Params& params, std::string_view body, bool keep) {
  return begin(id, keep) + stream(kParams, id, pairs(params)) + stream(kStdin, id, body);
}

Params get(const std::string& query) {
  return {{"REQUEST_METHOD", "GET"}, {"QUERY_STRING", query}, {"REMOTE_ADDR", "192.0.2.1"}};
}

Params post(std::string_view body) {
  return {{"REQUEST_METHOD", "POST"},
          {"QUERY_STRING", ""},
          {"CONTENT_LENGTH", std::to_string(body.size())}};
}

int Answer::status() const {
  const std::string start = "Status: ";
  return document.rfind(start, 0) == 0 ? std::stoi(document.substr(start.size())) : 0;
}

std::string Answer::text() const {
  const std::size_t end = document.find("\r\n\r\n");
  return end == std::string::npos ? "" : document.substr(end + 4);
}

FastCgiClient::FastCgiClient(const std::string& address) : socket_(connect_to(address)) {}

bool FastCgiClient::send(std::string_view bytes) {
  return send_within(bytes, kPatience);
}

bool FastCgiClient::send_within(std::string_view bytes, milliseconds patience) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN || !ready(socket_.get(), POLLOUT, patience)) {
      return false;
    }
  }
  return true;
}

void FastCgiClient::finish_sending() {
  ::shutdown(socket_.get(), SHUT_WR);
}

std::optional<Record> FastCgiClient::next() {
  if (!fill(8)) return std::nullopt;
  const auto byte = [this](std::size_t i) { return static_cast<std::uint8_t>(buffer_[i]); };
  const std::size_t content = byte(4) << 8 | byte(5);
  const std::size_t padding = byte(6);
  Record found{byte(1), static_cast<std::uint16_t>(byte(2) << 8 | byte(3)), {}};
  if (byte(0) != 1 || !fill(8 + content + padding)) return std::nullopt;
  found.content = buffer_.substr(8, content);
  buffer_.erase(0, 8 + content + padding);
  return found;
}

Answer FastCgiClient::answer(std::uint16_t id) {
  Answer answer;
  while (!answer.ended) {
    const std::optional<Record> found = next();
    if (!found) return answer;
    if (found->id != id) continue;
    if (found->type == kStdout) answer.document += found->content;
    if (found->type == kEnd) {
      answer.ended = true;
      answer.protocol_status = found->content.at(4);
    }
  }
  return answer;
}

bool FastCgiClient::closes() {
  while (ready(socket_.get(), POLLIN, kPatience)) {
    char bytes[65536];
    const ssize_t size = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (size <= 0) return true;
  }
  return false;
}

bool FastCgiClient::readable() const {
  return !buffer_.empty() || ready(socket_.get(), POLLIN, milliseconds(0));
}

bool FastCgiClient::closed() const {
  return ready(socket_.get(), POLLRDHUP, milliseconds(0));
}

bool FastCgiClient::fill(std::size_t size) {
  while (buffer_.size() < size) {
    if (!ready(socket_.get(), POLLIN, kPatience)) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace inbound_sms::testing
