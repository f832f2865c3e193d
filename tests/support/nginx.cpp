#include "support/nginx.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "support/ports.h"
#include "support/replace.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

constexpr int kTries = 5;  // somebody else took the port that was free just before

// The access log of the server shows what the shipped files let through to it.
constexpr char kConfig[] = R"(
daemon off;
worker_processes WORKERS;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log;
events { worker_connections 1024; }
http {
    client_body_temp_path FOLDER/nginx-body;
    proxy_temp_path FOLDER/nginx-proxy;
    fastcgi_temp_path FOLDER/nginx-fastcgi;
    uwsgi_temp_path FOLDER/nginx-uwsgi;
    scgi_temp_path FOLDER/nginx-scgi;
    include FOLDER/shipped/inbound-sms-http.conf;
    upstream inbound_sms { UPSTREAM }
    server {
        listen 127.0.0.1:PORT;
        access_log FOLDER/access.log;
        include FOLDER/shipped/inbound-sms.conf;
        IN_SERVER
    }
}
)";

std::string config(const std::string& folder, const NginxOptions& options, int port) {
  std::string text = kConfig;
  replace_all(text, "WORKERS", std::to_string(options.workers));
  replace_all(text, "UPSTREAM", options.upstream);
  replace_all(text, "IN_SERVER", options.in_server);
  replace_all(text, "PORT", std::to_string(port));
  replace_all(text, "FOLDER", folder);
  return text;
}

// Copies that the ordinary user can read wherever the project lies.
void copy_shipped_files(const std::string& folder, const NginxOptions& options) {
  std::filesystem::create_directory(folder + "/shipped");
  for (const std::string name : {"inbound-sms.conf", "inbound-sms-http.conf"}) {
    std::filesystem::copy_file("nginx/" + name, folder + "/shipped/" + name);
  }
  if (options.edit == nullptr) return;
  const std::string location = folder + "/shipped/inbound-sms.conf";
  std::string edited = options.edit(read_file(location));
  replace_all(edited, "FOLDER", folder);
  std::ofstream(location) << edited;
}

}  // namespace

Nginx::Nginx(const TemporaryFolder& folder, const NginxOptions& options) : folder_(folder.path()) {
  copy_shipped_files(folder_, options);
  const std::string file = folder_ + "/nginx.conf";
  for (int tries = 0; tries < kTries; ++tries) {
    port_ = free_port();
    std::ofstream(file) << config(folder_, options, port_);
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{"nginx", "-p", folder_, "-e", folder_ + "/error.log", "-c", file},
        Environment{}, folder_ + "/nginx.out");
    const auto ready = [this] {
      return std::filesystem::exists(folder_ + "/nginx.pid") || !process_->running();
    };
    wait_until(ready);
    if (process_->running()) return;
  }
  throw std::runtime_error("nginx did not start: " + process_->output() + error_log());
}

std::string Nginx::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

}  // namespace inbound_sms::testing
