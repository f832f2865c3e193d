#include "properties/proof.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "properties/independent.h"
#include "properties/require.h"
#include "vonage/proof.h"
#include "vonage/signature.h"
#include "vonage/token.h"

namespace inbound_sms::properties {

namespace {

using vonage::Kind;
using vonage::Parameters;
using vonage::SignatureMethod;

constexpr std::chrono::seconds kNow{1'795'505'412};
constexpr std::chrono::hours kMaxAge{96};
const std::string kSecret = "what the fuzzer does not know";

// --- A second implementation, from Vonage's words and the RFCs.

std::string bytes_of(const unsigned char* bytes, unsigned size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string hmac_by_openssl(const EVP_MD* hash, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(hash, kSecret.data(), int(kSecret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return bytes_of(digest, size);
}

std::string hash_by_openssl(const EVP_MD* hash, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, hash, nullptr);
  return bytes_of(digest, size);
}

std::string in_hex(const std::string& bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += "0123456789ABCDEF"[std::uint8_t(byte) >> 4];
    hex += "0123456789ABCDEF"[std::uint8_t(byte) & 15];
  }
  return hex;
}

std::string signature_of(SignatureMethod method, const std::string& text) {
  switch (method) {
    case SignatureMethod::md5hash:
      return in_hex(hash_by_openssl(EVP_md5(), text + kSecret));
    case SignatureMethod::md5hmac:
      return in_hex(hmac_by_openssl(EVP_md5(), text));
    case SignatureMethod::sha1hmac:
      return in_hex(hmac_by_openssl(EVP_sha1(), text));
    case SignatureMethod::sha512hmac:
      return in_hex(hmac_by_openssl(EVP_sha512(), text));
    default:
      return in_hex(hmac_by_openssl(EVP_sha256(), text));
  }
}

// Nothing where it cannot be signed.
std::optional<std::string> canonical_text(const Pairs& pairs) {
  std::map<std::string, std::string> sorted;
  for (auto [name, value] : pairs) {
    if (name == "sig") continue;
    if (name.find('&') != name.npos || name.find('=') != name.npos) return std::nullopt;
    std::replace(value.begin(), value.end(), '&', '_');
    std::replace(value.begin(), value.end(), '=', '_');
    if (!sorted.emplace(name, value).second) return std::nullopt;
  }
  std::string text;
  for (const auto& [name, value] : sorted) text.append("&").append(name).append("=").append(value);
  return text;
}

std::string base64url(const std::string& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = held << 8 | std::uint8_t(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += kDigits[held >> (bits - 6) & 63];
  }
  if (bits > 0) text += kDigits[held << (6 - bits) & 63];
  return text;
}

std::string token_for(const std::string& body, std::chrono::seconds issued,
                      const std::string& header = R"({"alg":"HS256","typ":"JWT"})") {
  const std::string claims = "{\"iss\":\"Vonage\",\"iat\":" + std::to_string(issued.count()) +
                             ",\"payload_hash\":\"" + in_hex(hash_by_openssl(EVP_sha256(), body)) +
                             "\"}";
  const std::string text = base64url(header) + "." + base64url(claims);
  return "Bearer " + text + "." + base64url(hmac_by_openssl(EVP_sha256(), text));
}

// --- What the checks say to it.

struct Claim {
  Kind kind = Kind::inbound_sms;
  SignatureMethod method = SignatureMethod::sha256hmac;
  std::optional<std::string> authorization = {};
  std::string body = {};
};

bool is_believed(const Claim& claim, const Pairs& pairs) {
  vonage::Delivery delivery{"form", {}, std::nullopt};
  for (const auto& [name, value] : pairs)
    delivery.parameters.add(name, vonage::string_value(value));
  const vonage::Unproven unproven{claim.kind, delivery, claim.authorization, claim.body};
  const Status status = vonage::check_proof(unproven, {claim.method, kMaxAge},
                                            {"an old secret", kSecret}, Time(kNow));
  require(status || is_harmless_line(status.error().text), "what is wrong is said in one line");
  require(status || status.error().text.find(kSecret) == std::string::npos, "secrets stay secret");
  return bool(status);
}

// How the fuzzer changes a proof.
struct Change {
  std::size_t at;
  unsigned char by;  // not 0

  std::string to(std::string text) const {
    text[at % text.size()] = char(std::uint8_t(text[at % text.size()]) ^ by);
    return text;
  }
};

bool is_same_but_for_case(const std::string& one, const std::string& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return std::tolower(std::uint8_t(a)) == std::tolower(std::uint8_t(b));
  });
}

void check_signature(SignatureMethod method, const Pairs& pairs, const Change& change) {
  const Claim claim{.method = method};
  require(!is_believed(claim, pairs), "what does not know the secret is not believed");

  Pairs fresh;
  for (const auto& pair : pairs)
    if (pair.first != "sig" && pair.first != "timestamp") fresh.push_back(pair);
  fresh.emplace_back("timestamp", std::to_string(kNow.count()));
  const std::optional<std::string> text = canonical_text(fresh);
  const std::string signature = signature_of(method, text.value_or(""));
  const auto with = [](Pairs signed_pairs, const std::string& its_signature) {
    signed_pairs.emplace_back("sig", its_signature);
    return signed_pairs;
  };
  require(is_believed(claim, with(fresh, signature)) == text.has_value(),
          "what was signed with the secret is believed, where it can be signed");
  const std::string other = change.to(signature);
  require(is_same_but_for_case(signature, other) || !is_believed(claim, with(fresh, other)),
          "another signature is not believed");
  Pairs changed = fresh;
  std::string& value = changed[change.at % changed.size()].second;
  value = change.to(value + "x");
  require(canonical_text(changed) == text || !is_believed(claim, with(changed, signature)),
          "another message is not believed");
  fresh.back().second = std::to_string((kNow - kMaxAge).count() - 1);
  const std::string old = signature_of(method, canonical_text(fresh).value_or(""));
  require(!is_believed(claim, with(fresh, old)), "an old signature is not believed");
}

void check_token(std::string_view authorization, const std::string& body, const Change& change) {
  Claim claim{.kind = Kind::message, .authorization = std::string(authorization), .body = body};
  require(!is_believed(claim, {}), "a token made without the secret is not believed");
  claim.authorization = std::nullopt;
  require(!is_believed(claim, {}), "without a token nothing is believed");

  const std::string token = token_for(body, kNow);
  claim.authorization = token;
  require(is_believed(claim, {}), "a token made with the secret is believed");
  // The last character holds bits that count for nothing.
  for (const std::size_t at : {change.at, token.size() - 1}) {
    const std::string other = Change{at, change.by}.to(token);
    claim.authorization = other;
    require(!is_believed(claim, {}) ||
                (token.substr(6) == other.substr(6) && is_same_but_for_case(token, other)),
            "another token, or another scheme, is not believed");
  }
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})",
                             R"({"alg":["HS256"]})", R"({"alg":"HS256","crit":["x"]})"}) {
    claim.authorization = token_for(body, kNow, header);
    require(!is_believed(claim, {}), "a token of another algorithm is not believed");
  }
  claim.authorization = token;
  claim.body = change.to(body + "x");
  require(!is_believed(claim, {}), "a token for another body is not believed");
  claim.body = body;
  claim.authorization = token_for(body, kNow - kMaxAge - std::chrono::seconds(1));
  require(!is_believed(claim, {}), "an old token is not believed");
}

void check_canonical_text(const Pairs& pairs) {
  Parameters parameters;
  for (const auto& [name, value] : pairs) parameters.add(name, vonage::string_value(value));
  require(vonage::text_to_sign(parameters) == canonical_text(pairs),
          "what is signed is what a second implementation signs");
}

}  // namespace

void check_proof(std::string_view text) {
  constexpr std::size_t kChange = 3;
  if (text.size() < kChange) return;
  const auto byte = [&](std::size_t at) { return std::uint8_t(text[at]); };
  const Change change{std::size_t(byte(0)) | std::size_t(byte(1)) << 8,
                      static_cast<unsigned char>(byte(2) == 0 ? 1 : byte(2))};
  text.remove_prefix(kChange);
  const std::string_view authorization = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(authorization.size() + 1, text.size()));

  const Pairs pairs = pairs_of_form(text);
  check_canonical_text(pairs);
  for (const SignatureMethod method :
       {SignatureMethod::md5hash, SignatureMethod::md5hmac, SignatureMethod::sha1hmac,
        SignatureMethod::sha256hmac, SignatureMethod::sha512hmac})
    check_signature(method, pairs, change);
  check_token(authorization, std::string(text), change);
}

}  // namespace inbound_sms::properties
