#include "support/apache.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "support/ordinary_user.h"
#include "support/ports.h"
#include "support/processes.h"
#include "support/replace.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

constexpr int kTries = 5;  // somebody else took the port that was free just before

// The access log is in the usual format, which has the query.
constexpr char kConfig[] = R"(
ServerRoot ROOT
ServerName localhost
Listen 127.0.0.1:PORT
PidFile ROOT/pid
DefaultRuntimeDir ROOT
Mutex file:ROOT default
ErrorLog ROOT/error.log
MODULES
<IfModule mod_mime.c>
  TypesConfig /dev/null
</IfModule>
<IfModule mpm_event_module>
  ServerLimit 1
  StartServers 1
  ThreadsPerChild 32
  MaxRequestWorkers 32
  MinSpareThreads 1
  MaxSpareThreads 32
</IfModule>
<IfModule mpm_prefork_module>
  StartServers 2
  MaxRequestWorkers 16
</IfModule>
<IfModule mod_cgid.c>
  ScriptSock ROOT/cgid
</IfModule>
<IfModule mod_fcgid.c>
  FcgidIPCDir ROOT/fcgid
  FcgidProcessTableFile ROOT/fcgid-table
</IfModule>
CustomLog ROOT/access.log "%h \"%r\" %>s"
<Directory />
  AllowOverride None
  Require all denied
</Directory>
DocumentRoot ROOT/www
<Directory ROOT/www>
  AllowOverride All
  Require all granted
</Directory>
)";

std::string modules(const ApacheOptions& options) {
  std::vector<std::string> names{"mpm_" + options.mpm,
                                 "authn_core",
                                 "authz_core",
                                 "authz_host",
                                 "alias",
                                 "dir",
                                 "env",
                                 "mime",
                                 "headers",
                                 "rewrite",
                                 "setenvif"};
  names.insert(names.end(), options.modules.begin(), options.modules.end());
  std::string lines;
  for (const std::string& name : names) {
    if (name == options.without) continue;
    lines += "LoadModule " + name + "_module /usr/lib/apache2/modules/mod_" + name + ".so\n";
  }
  return lines;
}

std::string config(const std::string& root, const ApacheOptions& options, int port) {
  std::string text = kConfig + options.config;
  replace_all(text, "MODULES", modules(options));
  replace_all(text, "PORT", std::to_string(port));
  replace_all(text, "ROOT", root);
  return text;
}

// Copies that the ordinary user can read wherever the project lies.
void copy_shipped_files(const std::string& root, const ApacheOptions& options) {
  for (const auto& entry : fs::directory_iterator("apache")) {
    std::string text = read_file(entry.path());
    if (options.edit != nullptr) text = options.edit(text);
    std::ofstream(root + "/shipped/" + entry.path().filename().string()) << text;
  }
}

void make_folders(const std::string& root) {
  const OrdinaryUser user = ordinary_user();
  for (const std::string& folder : {root, root + "/shipped", root + "/www"}) {
    fs::create_directory(folder);
    if (::chown(folder.c_str(), user.uid, user.gid) != 0)
      throw std::system_error(errno, std::generic_category(), folder);
  }
}

}  // namespace

std::string apache_root(const TemporaryFolder& folder) {
  return folder.path() + "/apache";
}

// In a session of its own, since Apache sends its signals to its whole process group.
Apache::Apache(const TemporaryFolder& folder, const ApacheOptions& options)
    : root_(apache_root(folder)) {
  make_folders(root_);
  copy_shipped_files(root_, options);
  const std::string file = root_ + "/httpd.conf";
  const std::string pid = root_ + "/pid";  // written when it has its port
  for (int tries = 0; tries < kTries; ++tries) {
    port_ = free_port();
    std::ofstream(file) << config(root_, options, port_);
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{"setsid", "apache2", "-f", file, "-DFOREGROUND"}, Environment{},
        root_ + "/apache.out");
    wait_until([&] { return fs::exists(pid) || !process_->running(); });
    if (process_->running()) return;
  }
  throw std::runtime_error("Apache did not start: " + process_->output() + error_log());
}

Apache::~Apache() {
  process_->stop();
  const bool gone = wait_until([this] { return processes_in(root_).empty(); });
  BOOST_CHECK_MESSAGE(gone, "a program outlives the Apache that started it; it said:\n"
                                << error_log());
  for (const pid_t pid : processes_in(root_)) ::kill(pid, SIGKILL);
}

std::string Apache::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

}  // namespace inbound_sms::testing
