#pragma once

#include <sys/types.h>

#include <string>

#include "support/child_process.h"
#include "support/temporary_folder.h"
#include "tools/signing.h"

namespace inbound_sms::testing {

// The secret of an account, with a shape that stands nowhere by chance.
inline constexpr char kSecret[] = "Zq7-the-secret-of-an-account-Xw9";

// How an account with this secret signs.
tools::Signing signed_by(const std::string& secret = kSecret,
                         vonage::SignatureMethod method = vonage::SignatureMethod::sha256hmac);

// The query of a short message with this id, as such an account signs it now.
std::string signed_query(const std::string& id, const std::string& secret = kSecret);

// Puts a file of secrets there, belonging to the user of ordinary_user(), in the place of any that
// was there: by a rename, as an administrator should.
void write_secrets(const std::string& path, const std::string& lines, mode_t mode = 0600);

// What a handler is told so that it asks for signatures: writes the file FOLDER/secrets.
Environment ask_for_signatures(const TemporaryFolder& folder,
                               const std::string& secrets = std::string(kSecret) + "\n",
                               vonage::SignatureMethod method = signed_by().method);

std::string secrets_path(const TemporaryFolder& folder);

}  // namespace inbound_sms::testing
