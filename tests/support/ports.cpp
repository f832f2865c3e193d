#include "support/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/descriptor.h"

namespace inbound_sms::testing {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(static_cast<in_port_t>(port));
  return name;
}

template <class Name>
bool connects(const Name& name) {
  const Descriptor socket(
      ::socket(reinterpret_cast<const sockaddr&>(name).sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
}

}  // namespace

int free_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in name = loopback(0);
  socklen_t size = sizeof name;
  auto* address = reinterpret_cast<sockaddr*>(&name);
  if (::bind(socket.get(), address, size) != 0 ||
      ::getsockname(socket.get(), address, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "a free port");
  }
  return ntohs(name.sin_port);
}

bool accepts(const std::string& address) {
  constexpr std::string_view kUnix = "unix:";
  if (!address.starts_with(kUnix)) {
    return connects(loopback(std::stoi(address.substr(address.rfind(':') + 1))));
  }
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  address.copy(name.sun_path, sizeof name.sun_path - 1, kUnix.size());
  return connects(name);
}

}  // namespace inbound_sms::testing
