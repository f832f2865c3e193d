#pragma once

#include <optional>

#include "settings.h"
#include "tools/remark.h"
#include "tools/signing.h"

namespace inbound_sms::tools {

// Whether the handler can ask for signatures as its settings say.
struct SecretsCheck {
  Remark remark;
  std::optional<Signing> signing;  // of a message that it has to take, where it asks for any
};

// Reads the secrets as the handler does. Where this runs as root, that has to be as whom the
// handler runs: root becomes the owner of the file.
SecretsCheck check_secrets(const Settings& settings);

}  // namespace inbound_sms::tools
