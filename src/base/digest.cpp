#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>

namespace inbound_sms {

namespace {

// OpenSSL would read its configuration file first, which a process that lives for one request
// pays for. What it could say, which provider is to compute a digest, does not matter here.
void start_openssl() {
  [[maybe_unused]] static const int done =
      ::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  start_openssl();
  Sha256 digest;
  unsigned length = 0;
  // EVP_Digest fails only when it cannot allocate.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
  return digest;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // EVP_EncodeBlock writes a final NUL, for which std::string has room behind its last byte.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), int(bytes.size()));
  return text;
}

}  // namespace inbound_sms
