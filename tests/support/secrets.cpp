#include "support/secrets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/clock.h"
#include "support/ordinary_user.h"
#include "tools/inbound_request.h"

namespace inbound_sms::testing {

tools::Signing signed_by(const std::string& secret, vonage::SignatureMethod method) {
  return {method, secret};
}

std::string signed_query(const std::string& id, const std::string& secret) {
  const std::string url = "http://localhost/";
  const tools::Event message = tools::sms_events({.id = id}).front();
  return tools::to_request(message, tools::Form::get, url, system_clock().now(), signed_by(secret))
      .url.substr(url.size() + 1);
}

void write_secrets(const std::string& path, const std::string& lines, mode_t mode) {
  const std::string fresh = path + ".new";
  const OrdinaryUser user = ordinary_user();
  std::ofstream(fresh) << lines;
  if (::chown(fresh.c_str(), user.uid, user.gid) != 0 || ::chmod(fresh.c_str(), mode) != 0)
    throw std::system_error(errno, std::generic_category(), fresh);
  std::filesystem::rename(fresh, path);
}

std::string secrets_path(const TemporaryFolder& folder) {
  return folder.path() + "/secrets";
}

Environment ask_for_signatures(const TemporaryFolder& folder, const std::string& secrets,
                               vonage::SignatureMethod method) {
  write_secrets(secrets_path(folder), secrets);
  return {{"INBOUND_SMS_SIGNATURE_METHOD", std::string(vonage::to_word(method))},
          {"INBOUND_SMS_SIGNATURE_SECRETS", secrets_path(folder)}};
}

}  // namespace inbound_sms::testing
