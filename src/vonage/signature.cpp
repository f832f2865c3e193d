#include "vonage/signature.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/hex.h"
#include "base/text.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kSignature = "sig";
constexpr std::string_view kSeparators = "&=";

constexpr std::pair<std::string_view, SignatureMethod> kWords[] = {
    {"md5hash", SignatureMethod::md5hash},       {"md5hmac", SignatureMethod::md5hmac},
    {"sha1hmac", SignatureMethod::sha1hmac},     {"sha256hmac", SignatureMethod::sha256hmac},
    {"sha512hmac", SignatureMethod::sha512hmac}, {"token", SignatureMethod::token}};

bool can_be_signed(const Parameters::Parameter& parameter) {
  return parameter.name.find_first_of(kSeparators) == std::string::npos &&
         parameter.value.type != Value::Type::composite;
}

void append_pair(std::string& text, const Parameters::Parameter& parameter) {
  text += '&';
  text += parameter.name;
  text += '=';
  for (const char c : parameter.value.text) text += c == '&' || c == '=' ? '_' : c;
}

Hash hash_of(SignatureMethod method) {
  switch (method) {
    case SignatureMethod::md5hash:
    case SignatureMethod::md5hmac:
      return Hash::md5;
    case SignatureMethod::sha1hmac:
      return Hash::sha1;
    case SignatureMethod::sha256hmac:
    case SignatureMethod::token:
      return Hash::sha256;
    case SignatureMethod::sha512hmac:
      break;
  }
  return Hash::sha512;
}

}  // namespace

std::optional<SignatureMethod> signature_method(std::string_view word) {
  for (const auto& [name, method] : kWords)
    if (name == word) return method;
  return std::nullopt;
}

std::string_view to_word(SignatureMethod method) {
  const auto found = std::find_if(std::begin(kWords), std::end(kWords),
                                  [&](const auto& word) { return word.second == method; });
  return found->first;
}

std::optional<std::string> text_to_sign(const Parameters& parameters) {
  std::vector<const Parameters::Parameter*> sorted;
  for (const Parameters::Parameter& parameter : parameters) {
    if (parameter.name == kSignature) continue;
    if (!can_be_signed(parameter)) return std::nullopt;
    sorted.push_back(&parameter);
  }
  // std::string compares its characters as unsigned bytes.
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* one, const auto* other) { return one->name < other->name; });
  std::string text;
  for (const Parameters::Parameter* parameter : sorted) append_pair(text, *parameter);
  return text;
}

std::string sign(SignatureMethod method, std::string_view text, std::string_view secret) {
  const Hash hash = hash_of(method);
  if (method != SignatureMethod::md5hash) return to_hex(hmac(hash, secret, text));
  return to_hex(digest(hash, std::string(text).append(secret)));
}

bool is_signed(SignatureMethod method, std::string_view text, std::string_view secret,
               std::string_view signature) {
  return equal_in_constant_time(sign(method, text, secret), to_lower_case(signature));
}

}  // namespace inbound_sms::vonage
