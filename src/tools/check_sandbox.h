#pragma once

#include "base/result.h"
#include "tools/remark.h"

namespace inbound_sms::tools {

// What protects the rest of the machine from the handler, where it is `wanted`: that depends on the
// version of Landlock that the kernel has, or why it has none (sandbox::landlock_version()).
Remark judge_sandbox(bool wanted, const Result<int>& landlock);

}  // namespace inbound_sms::tools
