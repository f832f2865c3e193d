#include <stdexcept>
#include <string>
#include <vector>

#include "doors/door.h"
#include "support/child_process.h"
#include "support/handler.h"
#include "support/nginx.h"
#include "support/ports.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

using Command = std::vector<std::string>;

// Passes what the handler needs, but for the query.
constexpr char kWithoutQuery[] = R"(
    location = /no-query {
      fastcgi_pass inbound_sms;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param SCRIPT_FILENAME FOLDER/cgi/inbound-sms.cgi;
    })";

// A FastCGI handler behind nginx. `wrapper` starts it where it does not open its own socket.
class FastCgiBehindNginx : public Door {
 public:
  using Wrapper = Command (*)(const std::string& socket, const Environment& settings);

  explicit FastCgiBehindNginx(const SettingsIn& settings, Wrapper wrapper = nullptr,
                              const std::string& in_server = {})
      : settings_(settings(folder_)),
        handler_(folder_, settings_, wrapper ? Listen::inherited : Listen::unix_socket,
                 wrapper ? wrapper(folder() + "/socket", settings_) : Command{}),
        nginx_(folder_, {.upstream = "server " + handler_.address() + "; keepalive 16;",
                         .in_server = in_server + kWithoutQuery}) {}

  std::string url() const override { return nginx_.url(); }
  std::string url_without_query() const override { return nginx_.url("/no-query"); }
  std::string words() const override { return handler_.words() + nginx_.error_log(); }

 private:
  const Environment settings_;
  Handler handler_;
  Nginx nginx_;
};

std::unique_ptr<Door> own_socket(const SettingsIn& settings) {
  return std::make_unique<FastCgiBehindNginx>(settings);
}

std::unique_ptr<Door> own_socket_unbuffered(const SettingsIn& settings) {
  return std::make_unique<FastCgiBehindNginx>(settings, nullptr, "fastcgi_request_buffering off;");
}

std::unique_ptr<Door> spawn_fcgi(const SettingsIn& settings) {
  return std::make_unique<FastCgiBehindNginx>(
      settings, [](const std::string& socket, const Environment&) {
        return Command{"spawn-fcgi", "-n", "-s", socket, "--"};
      });
}

// Starts the handler with the first connection, and with nothing in its environment but what -E
// names.
std::unique_ptr<Door> systemd_socket_activate(const SettingsIn& settings) {
  const auto activate = [](const std::string& socket, const Environment& its) {
    Command command{"systemd-socket-activate", "--inetd", "-l", socket, "-E", "INBOUND_SMS_LOG"};
    for (const auto& [name, value] : its) command.insert(command.end(), {"-E", name});
    return command;
  };
  return std::make_unique<FastCgiBehindNginx>(settings, activate);
}

// fcgiwrap, which runs a CGI program for each request, here from a folder of its own with its
// settings beside it. SIGTERM ends only the first of its processes, so that a shell ends them all.
class Fcgiwrap {
 public:
  Fcgiwrap(const std::string& folder, const Environment& settings)
      : address_("unix:" + folder + "/socket") {
    install_handler(folder + "/cgi", "inbound-sms.cgi",
                    "INBOUND_SMS_LOG=" + folder + "/log/%Y-%m-%d.jsonl\n" + as_lines(settings));
    const std::string script = "trap 'trap - TERM; kill 0' TERM; fcgiwrap -c 4 -f -s \"$0\" & wait";
    process_ = std::make_unique<ChildProcess>(Command{"setsid", "sh", "-c", script, address_},
                                              Environment{}, folder + "/fcgiwrap.out");
    wait_until([this] { return accepts(address_) || !process_->running(); });
    if (!process_->running()) throw std::runtime_error("fcgiwrap did not start: " + words());
  }

  const std::string& address() const { return address_; }
  std::string words() const { return process_->output(); }

 private:
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

// What a user of fcgiwrap changes in inbound-sms.conf.
std::string name_the_program(std::string location) {
  const std::string line = "#fastcgi_param SCRIPT_FILENAME   /usr/local/libexec/inbound-sms.fcgi;";
  return location.replace(location.find(line), line.size(),
                          "fastcgi_param SCRIPT_FILENAME FOLDER/cgi/inbound-sms.cgi;");
}

class CgiBehindNginx : public Door {
 public:
  explicit CgiBehindNginx(const SettingsIn& settings)
      : fcgiwrap_(folder(), settings(folder_)),
        nginx_(folder_, {.upstream = "server " + fcgiwrap_.address() + ";",
                         .in_server = kWithoutQuery,
                         .edit = name_the_program}) {}

  std::string url() const override { return nginx_.url(); }
  std::string url_without_query() const override { return nginx_.url("/no-query"); }
  std::string words() const override { return fcgiwrap_.words() + nginx_.error_log(); }

 private:
  Fcgiwrap fcgiwrap_;
  Nginx nginx_;
};

std::unique_ptr<Door> fcgiwrap(const SettingsIn& settings) {
  return std::make_unique<CgiBehindNginx>(settings);
}

}  // namespace

std::vector<DoorKind> nginx_doors() {
  return {{"nginx", own_socket},
          {"nginx-unbuffered", own_socket_unbuffered},
          {"nginx-spawn-fcgi", spawn_fcgi},
          {"nginx-socket-activate", systemd_socket_activate},
          {"nginx-fcgiwrap", fcgiwrap}};
}

}  // namespace inbound_sms::testing
