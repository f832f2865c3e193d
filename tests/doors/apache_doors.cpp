#include "doors/apache_doors.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "support/handler.h"
#include "support/replace.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

// How one way is told to Apache. FOLDER and ROOT stand for the folders of test and Apache.
struct Setup {
  ApacheOptions options;
  std::string path = "/webhooks/inbound-sms";
};

constexpr char kProxied[] = R"(
Define INBOUND_SMS_SOCKET FOLDER/socket
Include ROOT/shipped/inbound-sms.conf
<Location /no-query>
  ProxyPass "unix:FOLDER/socket|fcgi://no-query/"
  ProxyFCGISetEnvIf "true" !QUERY_STRING
</Location>
)";

constexpr char kStarted[] = R"(
Define INBOUND_SMS_PROGRAM ROOT/program/inbound-sms.fcgi
Include ROOT/shipped/FILE
)";

// QSD takes the query away.
constexpr char kWithoutQuery[] = R"(
<IfModule mod_rewrite.c>
  RewriteEngine On
  RewriteRule ^/no-query$ PATH [QSD,PT]
</IfModule>
)";

// The settings of a handler that Apache starts.
std::string file_of(const Environment& settings, const TemporaryFolder& folder) {
  return "INBOUND_SMS_LOG=" + folder.path() + "/log/%Y-%m-%d.jsonl\n" + as_lines(settings);
}

Setup started_by_apache(const TemporaryFolder& folder, const Environment& settings,
                        const std::string& shipped, const std::string& module) {
  install_handler(apache_root(folder) + "/program", "inbound-sms.fcgi", file_of(settings, folder));
  Setup setup{.options = {.modules = {module}, .config = std::string(kStarted) + kWithoutQuery}};
  replace_all(setup.options.config, "FILE", shipped);
  return setup;
}

Setup uploaded(const TemporaryFolder& folder, const Environment& settings, const std::string& name,
               const std::string& module) {
  const std::string documents = apache_root(folder) + "/www/sms";
  install_handler(documents, name, file_of(settings, folder));
  fs::copy_file("apache/htaccess", documents + "/.htaccess");
  return {.options = {.modules = {module}, .config = kWithoutQuery}, .path = "/sms/" + name};
}

Setup setup_of(ApacheWay way, const TemporaryFolder& folder, const Environment& settings) {
  switch (way) {
    case ApacheWay::proxy_fcgi:
      return {.options = {.modules = {"proxy", "proxy_fcgi"}, .config = kProxied}};
    case ApacheWay::fcgid:
      return started_by_apache(folder, settings, "inbound-sms-fcgid.conf", "fcgid");
    case ApacheWay::cgid:
      return started_by_apache(folder, settings, "inbound-sms-cgi.conf", "cgid");
    case ApacheWay::cgi: {
      Setup setup = started_by_apache(folder, settings, "inbound-sms-cgi.conf", "cgi");
      setup.options.mpm = "prefork";
      return setup;
    }
    case ApacheWay::htaccess_fcgi:
      return uploaded(folder, settings, "inbound-sms.fcgi", "fcgid");
    case ApacheWay::htaccess_cgi:
      return uploaded(folder, settings, "inbound-sms.cgi", "cgid");
  }
  throw std::logic_error("an unknown way");
}

ApacheOptions merged(ApacheOptions options, const ApacheOptions& extra) {
  options.modules.insert(options.modules.end(), extra.modules.begin(), extra.modules.end());
  options.config = extra.config + options.config;
  options.without = extra.without;
  options.edit = extra.edit;
  return options;
}

DoorKind kind(std::string name, ApacheWay way) {
  return {std::move(name), [way](const SettingsIn& settings) {
            return std::make_unique<ApacheDoor>(way, ApacheOptions{}, settings);
          }};
}

}  // namespace

ApacheDoor::ApacheDoor(ApacheWay way, const ApacheOptions& extra, const SettingsIn& settings)
    : way_(way) {
  if (settings) settings_ = settings(folder_);
  Setup setup = setup_of(way, folder_, settings_);
  path_ = setup.path;
  ApacheOptions options = merged(std::move(setup.options), extra);
  replace_all(options.config, "PATH", path_);
  replace_all(options.config, "FOLDER", folder());
  if (way == ApacheWay::proxy_fcgi) start_handler();
  apache_.emplace(folder_, options);
}

std::string ApacheDoor::words() const {
  return (handler_ ? handler_->words() : "") + apache_->error_log();
}

int ApacheDoor::answer_to_too_large_chunked() const {
  return way_ == ApacheWay::htaccess_fcgi ? 500 : 413;
}

std::vector<DoorKind> apache_doors() {
  return {kind("apache-proxy-fcgi", ApacheWay::proxy_fcgi),
          kind("apache-fcgid", ApacheWay::fcgid),
          kind("apache-cgid", ApacheWay::cgid),
          kind("apache-cgi", ApacheWay::cgi),
          kind("apache-htaccess-fcgi", ApacheWay::htaccess_fcgi),
          kind("apache-htaccess-cgi", ApacheWay::htaccess_cgi)};
}

}  // namespace inbound_sms::testing
