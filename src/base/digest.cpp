#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <new>

namespace inbound_sms {

namespace {

// OpenSSL would read its configuration file first, which a process that lives for one request
// pays for. What it could say, which provider is to compute a digest, does not matter here.
void start_openssl() {
  [[maybe_unused]] static const int done =
      ::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

const char* name_of(Hash hash) {
  switch (hash) {
    case Hash::md5:
      return "MD5";
    case Hash::sha1:
      return "SHA1";
    case Hash::sha256:
      return "SHA256";
    case Hash::sha512:
      break;
  }
  return "SHA512";
}

const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
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

Digest digest(Hash hash, std::string_view bytes) {
  start_openssl();
  Digest digest(EVP_MAX_MD_SIZE);
  std::size_t length = 0;
  if (EVP_Q_digest(nullptr, name_of(hash), nullptr, bytes.data(), bytes.size(), digest.data(),
                   &length) != 1)
    throw std::bad_alloc();
  digest.resize(length);
  return digest;
}

Digest hmac(Hash hash, std::string_view key, std::string_view bytes) {
  start_openssl();
  Digest digest(EVP_MAX_MD_SIZE);
  std::size_t length = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, name_of(hash), nullptr, key.data(), key.size(),
                unsigned_bytes(bytes), bytes.size(), digest.data(), digest.size(),
                &length) == nullptr)
    throw std::bad_alloc();
  digest.resize(length);
  return digest;
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // EVP_EncodeBlock writes a final NUL, for which std::string has room behind its last byte.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), int(bytes.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   unsigned_bytes(text), int(text.size()));
  if (size != int(bytes.size())) return std::nullopt;
  // EVP_DecodeBlock counts the zeros that the padding stands for as bytes.
  const std::size_t padding =
      std::min<std::size_t>(2, text.size() - (text.find_last_not_of('=') + 1));
  bytes.resize(bytes.size() - padding);
  // It also passes over blanks, and takes bits that mean nothing.
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  text.resize(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) return std::nullopt;
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return from_base64(standard);
}

}  // namespace inbound_sms
