#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "doors/door.h"
#include "support/child_process.h"
#include "support/handler.h"
#include "support/ports.h"
#include "support/replace.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

constexpr int kTries = 5;  // somebody else took the port that was free just before

// What a user's lighttpd.conf says anyway: Debian's own, but for what doc/others.md has changed in
// it. A target without a query keeps the query from programs.
constexpr char kServer[] = R"(
server.document-root = "FOLDER"
server.bind = "127.0.0.1"
server.port = PORT
server.pid-file = "FOLDER/lighttpd.pid"
server.errorlog = "FOLDER/error.log"
server.upload-dirs = ( "FOLDER" )
server.modules = ( "mod_rewrite" )
server.http-parseopts = (
  "header-strict"            => "enable",
  "host-strict"              => "enable",
  "host-normalize"           => "enable",
  "url-normalize-unreserved" => "enable",
  "url-normalize-required"   => "enable",
  "url-ctrls-reject"         => "disable",
  "url-path-2f-decode"       => "enable",
  "url-path-dotseg-remove"   => "enable"
)
url.rewrite-once = ( "^/no-query" => "/webhooks/inbound-sms" )
)";

// What doc/others.md tells a user to write, its first block under "lighttpd".
std::string documented_lines() {
  const std::string page = read_file("doc/others.md");
  const std::string begin = "```lighttpd\n";
  const std::size_t from = page.find(begin, page.find("\n## lighttpd\n"));
  const std::size_t end = page.find("\n```\n", from);
  if (end == page.npos) throw std::runtime_error("doc/others.md has no block for lighttpd");
  return page.substr(from + begin.size(), end + 1 - from - begin.size());
}

// A path of the page becomes one of the test.
void move(std::string& text, const std::string& path, const std::string& to) {
  if (replace_all(text, path, to) == 0) throw std::runtime_error("no " + path + " in " + text);
}

std::string config(const std::string& folder, const Environment& settings, int port) {
  std::string text = kServer + documented_lines();
  move(text, "/usr/local/libexec/", "FOLDER/");
  move(text, "/run/lighttpd/", "FOLDER/");
  move(text, "/var/log/inbound-sms/", "FOLDER/log/");
  std::string more;
  for (const auto& [name, value] : settings) more += ", \"" + name + "\" => \"" + value + "\"";
  const std::string log = "%Y-%m-%d.jsonl\"";
  move(text, log, log + more);
  replace_all(text, "FOLDER", folder);
  replace_all(text, "PORT", std::to_string(port));
  return text;
}

// lighttpd, which starts the handler itself (bin-path) and gives it a socket.
class LighttpdDoor : public Door {
 public:
  explicit LighttpdDoor(const SettingsIn& settings) : settings_(settings(folder_)) {
    std::filesystem::copy_file(program("inbound-sms.fcgi"), folder() + "/inbound-sms.fcgi");
    for (int tries = 0; tries < kTries; ++tries) {
      start();
      if (process_->running()) return;
    }
    throw std::runtime_error("lighttpd did not start: " + words());
  }

  std::string url() const override { return at("/webhooks/inbound-sms"); }
  std::string url_without_query() const override { return at("/no-query"); }
  std::string words() const override {
    return process_->output() + read_file(folder() + "/error.log");
  }

 private:
  std::string at(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  // Returns when lighttpd has its port or has ended.
  void start() {
    port_ = free_port();
    const std::string file = folder() + "/lighttpd.conf";
    std::ofstream(file) << config(folder(), settings_, port_);
    process_ =
        std::make_unique<ChildProcess>(std::vector<std::string>{"lighttpd", "-D", "-f", file},
                                       Environment{}, folder() + "/lighttpd.out");
    wait_until(
        [this] { return !read_file(folder() + "/lighttpd.pid").empty() || !process_->running(); });
  }

  Environment settings_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace

std::vector<DoorKind> lighttpd_doors() {
  return {{"lighttpd",
           [](const SettingsIn& settings) { return std::make_unique<LighttpdDoor>(settings); }}};
}

}  // namespace inbound_sms::testing
