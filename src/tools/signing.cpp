#include "tools/signing.h"

#include <chrono>

#include "base/digest.h"
#include "base/hex.h"
#include "base/text.h"

namespace inbound_sms::tools {

namespace {

using vonage::Parameters;
using vonage::SignatureMethod;

std::string seconds_of(Time time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

// In the shape of a UUID.
std::string nonce_for(std::string_view what, Time made) {
  std::string text = to_hex(sha256(to_iso(made) + std::string(what))).substr(0, 32);
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

std::string in_case_of(SignatureMethod method, std::string hex) {
  if (method == SignatureMethod::md5hash) return hex;
  for (char& digit : hex)
    if (digit >= 'a' && digit <= 'f') digit = char(digit - 'a' + 'A');
  return hex;
}

std::string claims_for(std::string_view body, Time made) {
  std::string claims = R"({"iat":)" + seconds_of(made) + R"(,"jti":")" + nonce_for(body, made);
  claims += R"(","iss":"Vonage","payload_hash":")" + to_hex(sha256(body));
  return claims + R"(","api_key":"a1b2c3d4"})";
}

std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

void sign_parameters(Parameters& parameters, const Parameters& beside, const Signing& signing,
                     Time made) {
  if (signing.method == SignatureMethod::token) return;
  parameters.add("timestamp", vonage::string_value(seconds_of(made)));
  parameters.add("nonce", vonage::string_value(nonce_for(parameters.to_json(), made)));
  Parameters all = beside;
  for (const Parameters::Parameter& parameter : parameters)
    all.add(parameter.name, parameter.value);
  const std::optional<std::string> text = vonage::text_to_sign(all);
  if (!text) return;
  std::string signature = vonage::sign(signing.method, *text, signing.secret);
  parameters.add("sig", vonage::string_value(in_case_of(signing.method, std::move(signature))));
}

std::string authorization_for(std::string_view body, const Signing& signing, Time made) {
  const std::string signed_part =
      base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(claims_for(body, made));
  const Digest signature = hmac(Hash::sha256, signing.secret, signed_part);
  return "Bearer " + signed_part + "." + base64url(as_bytes(signature));
}

}  // namespace inbound_sms::tools
