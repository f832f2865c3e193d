#include "systemd/site.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "support/logged.h"

namespace inbound_sms::testing {

namespace {

// Debian's, but for the two lines of README.md, and no other site.
constexpr char kNginx[] = R"(
user www-data;
pid /run/nginx.pid;
events {}
http {
    include /usr/local/share/inbound-sms/nginx/inbound-sms-http.conf;
    upstream inbound_sms { server unix:/run/inbound-sms/socket; keepalive 16; }
    server {
        listen 127.0.0.1:80;
        include /usr/local/share/inbound-sms/nginx/inbound-sms.conf;
    }
}
)";

constexpr char kUrl[] = "http://127.0.0.1/webhooks/inbound-sms";

}  // namespace

Site::Site(const std::string& settings) {
  const std::string tree = folder_.path() + "/tree";
  install_into(tree);
  std::filesystem::create_directories(tree + "/etc/nginx");
  std::ofstream(tree + "/etc/nginx/nginx.conf") << kNginx;
  std::ofstream(tree + "/etc/inbound-sms.conf") << settings;
  machine_ = std::make_unique<Machine>(tree);
  run("systemd-sysusers");
  run("systemctl enable --now inbound-sms.socket 2>&1");
  run("systemctl start nginx.service");
}

std::string Site::run(const std::string& command) const {
  Ran ran = machine_->run(command);
  BOOST_TEST(ran.code == 0, command << " ended with " << ran.code << ": " << ran.output);
  if (ran.output.ends_with('\n')) ran.output.pop_back();
  return ran.output;
}

HttpAnswer Site::get(const std::string& query) const {
  return machine_->send({.url = std::string(kUrl) + "?" + query});
}

std::string Site::pid() const {
  const std::string number = run("systemctl show --value --property=MainPID inbound-sms.service");
  return number == "0" ? "" : number;
}

std::string Site::journal() const {
  return run("journalctl --sync && journalctl --no-pager --unit=inbound-sms.service");
}

std::vector<rapidjson::Document> Site::log(const std::string& folder) const {
  return read_log(machine_->at(folder));
}

}  // namespace inbound_sms::testing
