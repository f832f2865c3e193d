#include "support/cgi_process.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "support/handler.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

struct Ends {
  Descriptor ours, theirs;
};

// A socket, as mod_cgid has it.
Ends connected() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

bool ready(int fd, short events) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, int(std::chrono::milliseconds(kHang).count())) > 0;
}

Environment get_request() {
  return {{"GATEWAY_INTERFACE", "CGI/1.1"},
          {"REQUEST_METHOD", "GET"},
          {"QUERY_STRING", ""},
          {"REMOTE_ADDR", "198.51.100.7"}};
}

std::string output_in(const std::string& folder) {
  for (int number = 1;; ++number) {
    std::string path = folder + "/cgi-" + std::to_string(number) + ".err";
    if (!fs::exists(path)) return path;
  }
}

}  // namespace

CgiProcess::CgiProcess(const TemporaryFolder& folder, const Environment& variables,
                       const std::vector<std::string>& wrapper,
                       const std::vector<std::string>& arguments) {
  std::vector<std::string> command = wrapper;
  command.push_back(install_handler(folder.path() + "/cgi", "inbound-sms.cgi",
                                    "INBOUND_SMS_LOG=" + folder.path() + "/log/%Y-%m-%d.jsonl\n"));
  command.insert(command.end(), arguments.begin(), arguments.end());
  Environment environment = variables;
  environment.merge(get_request());
  Ends input = connected(), output = connected();
  process_ = std::make_unique<ChildProcess>(command, environment, output_in(folder.path()),
                                            Streams{input.theirs.get(), output.theirs.get()});
  input_ = std::move(input.ours);
  output_ = std::move(output.ours);
}

bool CgiProcess::send(std::string_view body) {
  while (!body.empty()) {
    const ssize_t sent =
        ::send(input_.get(), body.data(), body.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
      body.remove_prefix(std::size_t(sent));
    else if (errno != EAGAIN || !ready(input_.get(), POLLOUT))
      return false;
  }
  return true;
}

bool CgiProcess::has_read() const {
  int unread = 0;
  return ::ioctl(input_.get(), SIOCOUTQ, &unread) == 0 && unread == 0;
}

std::string CgiProcess::answer() {
  std::string document;
  char bytes[4096];
  while (ready(output_.get(), POLLIN)) {
    const ssize_t got = ::read(output_.get(), bytes, sizeof bytes);
    if (got <= 0) return document;
    document.append(bytes, std::size_t(got));
  }
  return "";
}

int status_of(const std::string& document) {
  constexpr std::string_view kStatus = "Status: ";
  return document.starts_with(kStatus) ? std::stoi(document.substr(kStatus.size())) : 0;
}

}  // namespace inbound_sms::testing
