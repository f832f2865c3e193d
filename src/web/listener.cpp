#include "web/listener.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

namespace inbound_sms::web {

namespace {

// The length of the queue of connections that wait to be accepted; the kernel caps it at
// net.core.somaxconn.
constexpr int kBacklog = 511;
constexpr int kSocketFlags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
constexpr std::string_view kUnixPrefix = "unix:";

// Sets the umask while a socket file is made, so that it never has a wider mode than asked for.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

sockaddr_un unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  return name;
}

// Removes a dead socket at `path`; everything else that stands there is an error.
Status clear_the_place(const std::string& address, const std::string& path,
                       const sockaddr_un& name) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    if (errno == ENOENT) return Done{};
    return system_error(errno, {"listen on ", address});
  }
  if (!S_ISSOCK(there.st_mode))
    return Error{EEXIST, "listen on " + address + ": a file that is no socket is in its place"};
  const Descriptor probe(::socket(AF_UNIX, kSocketFlags, 0));
  if (!probe) return system_error(errno, {"listen on ", address});
  const auto* target = reinterpret_cast<const sockaddr*>(&name);
  // EAGAIN: the queue of whoever listens is full, so somebody does.
  if (::connect(probe.get(), target, sizeof name) == 0 || errno == EAGAIN)
    return Error{EADDRINUSE, "listen on " + address + ": somebody listens there already"};
  if (errno == ENOENT) return Done{};
  if (errno != ECONNREFUSED)
    return system_error(errno, {"listen on ", address, ": ask the socket in its place"});
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return system_error(errno, {"listen on ", address, ": remove the dead socket"});
  return Done{};
}

Result<Descriptor> listen_on_unix(const std::string& address, mode_t mode) {
  const std::string path = address.substr(kUnixPrefix.size());
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return system_error(ENAMETOOLONG, {"listen on ", address});
  const sockaddr_un name = unix_name(path);
  if (Status cleared = clear_the_place(address, path, name); !cleared) return cleared.error();
  Descriptor listener(::socket(AF_UNIX, kSocketFlags, 0));
  if (!listener) return system_error(errno, {"listen on ", address});
  const Umask only(~mode & 0777U);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      ::listen(listener.get(), kBacklog) != 0)
    return system_error(errno, {"listen on ", address});
  return listener;
}

Result<Descriptor> listen_on_one(const std::string& address, const addrinfo& where) {
  Descriptor listener(::socket(where.ai_family, kSocketFlags, where.ai_protocol));
  const int on = 1;
  // SO_REUSEADDR: connections of a former run that still linger must not stop this one. It does
  // not let two programs listen at the same time.
  if (!listener || ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(listener.get(), where.ai_addr, where.ai_addrlen) != 0 ||
      ::listen(listener.get(), kBacklog) != 0)
    return system_error(errno, {"listen on ", address});
  return listener;
}

Result<Descriptor> listen_on_tcp(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return system_error(EINVAL, {"listen on ", address});
  std::string host = address.substr(0, colon);
  const std::string port = address.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); failed != 0)
    return Error{EINVAL, "listen on " + address + ": " + ::gai_strerror(failed)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Result<Descriptor> listener = listen_on_one(address, *found);
  for (found = found->ai_next; !listener && found != nullptr; found = found->ai_next)
    listener = listen_on_one(address, *found);
  return listener;
}

}  // namespace

bool is_listening(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

Result<Descriptor> listen_on(const std::string& address, mode_t mode) {
  return address.starts_with(kUnixPrefix) ? listen_on_unix(address, mode) : listen_on_tcp(address);
}

}  // namespace inbound_sms::web
