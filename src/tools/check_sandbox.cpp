#include "tools/check_sandbox.h"

#include <string>

namespace inbound_sms::tools {

Remark judge_sandbox(bool wanted, const Result<int>& landlock) {
  if (!wanted)
    return {Verdict::warning, "sandbox: off by INBOUND_SMS_SANDBOX, which is meant for debugging"};
  if (!landlock)
    return {Verdict::warning, "sandbox: without Landlock (" + landlock.error().text +
                                  "), so permissions alone keep the handler from other files; "
                                  "Linux 5.13 and later have it"};
  return {Verdict::ok,
          "sandbox: Landlock (ABI " + std::to_string(*landlock) + ") keeps the handler to its log"};
}

}  // namespace inbound_sms::tools
