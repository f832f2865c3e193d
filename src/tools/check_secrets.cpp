#include "tools/check_secrets.h"

#include <unistd.h>

#include <string>

#include "secrets.h"
#include "tools/owner.h"

namespace inbound_sms::tools {

namespace {

constexpr char kNone[] =
    "signatures: not asked for, so whoever knows the URL can put messages on the log: have "
    "Vonage's support enable signed webhooks, and set INBOUND_SMS_SIGNATURE_METHOD and _SECRETS";

}  // namespace

SecretsCheck check_secrets(const Settings& settings) {
  if (!settings.signature_method) return {{Verdict::warning, kNone}, {}};
  const std::string& path = settings.signature_secrets;
  // Where it cannot, reading says why.
  if (::geteuid() == 0) (void)act_as_owner_of(path);
  const Result<vonage::Secrets> secrets = read_secrets(path);
  if (!secrets)
    return {{Verdict::fault, "signatures: " + secrets.error().text + " (read as " +
                                 user_name(::geteuid()) + "): the handler does not start with it"},
            {}};
  const std::string number =
      std::to_string(secrets->size()) + (secrets->size() == 1 ? " secret" : " secrets");
  return {
      {Verdict::ok, "signatures: by " + std::string(vonage::to_word(*settings.signature_method)) +
                        ", " + number + " in " + path + ", read as " + user_name(::geteuid())},
      Signing{*settings.signature_method, secrets->front()}};
}

}  // namespace inbound_sms::tools
