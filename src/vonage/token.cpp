#include "vonage/token.h"

#include <utility>

#include "base/digest.h"
#include "base/hex.h"
#include "base/text.h"
#include "vonage/json.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kScheme = "bearer";
constexpr std::string_view kAlgorithm = "HS256";
constexpr std::string_view kIssuer = "Vonage";

Error wrong(std::string text) {
  return {0, "the token " + std::move(text)};
}

// What follows the scheme (RFC 9110 section 11.4: any case, one or more blanks); nothing for
// another.
std::optional<std::string_view> credentials_of(std::string_view authorization) {
  if (to_lower_case(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  const std::size_t begin = authorization.find_first_not_of(' ');
  if (begin == 0 || begin == authorization.npos) return std::nullopt;
  return authorization.substr(begin);
}

// The string that a member holds; nothing when it is not there or not a string.
const std::string* string_in(const Parameters& object, std::string_view name) {
  const Value* value = object.find(name);
  return value != nullptr && value->type == Value::Type::string ? &value->text : nullptr;
}

Status check_header(std::string_view encoded) {
  const std::optional<std::string> json = from_base64url(encoded);
  const Result<Decoded> header = json ? parse_json_object(*json) : Result<Decoded>(Error{});
  if (!header) return wrong("has a header that cannot be read");
  const std::string* algorithm = string_in(header->parameters, "alg");
  if (algorithm == nullptr || *algorithm != kAlgorithm)
    return wrong("is not signed by " + std::string(kAlgorithm));
  if (header->parameters.has("crit")) return wrong("asks for what is not known here (crit)");
  return Done{};
}

}  // namespace

Result<Token> Token::parse(std::string_view authorization) {
  const std::optional<std::string_view> text = credentials_of(authorization);
  if (!text) return Error{0, "the Authorization header holds no bearer token"};
  const std::size_t first = text->find('.');
  const std::size_t last = text->rfind('.');
  if (first == last || text->find('.', first + 1) != last) return wrong("has not three parts");
  if (Status header = check_header(text->substr(0, first)); !header) return header.error();
  std::optional<std::string> claims = from_base64url(text->substr(first + 1, last - first - 1));
  std::optional<std::string> signature = from_base64url(text->substr(last + 1));
  if (!claims || !signature) return wrong("is not base64url");
  Token token;
  token.signed_part_ = text->substr(0, last);
  token.signature_ = std::move(*signature);
  token.claims_ = std::move(*claims);
  return token;
}

bool Token::is_signed(std::string_view secret) const {
  const Digest expected = hmac(Hash::sha256, secret, signed_part_);
  return equal_in_constant_time({reinterpret_cast<const char*>(expected.data()), expected.size()},
                                signature_);
}

Result<std::string> Token::check_claims(std::string_view body) const {
  const Result<Decoded> parsed = parse_json_object(claims_);
  if (!parsed) return wrong("has claims that cannot be read");
  const Parameters& claims = parsed->parameters;
  const std::string* issuer = string_in(claims, "iss");
  if (issuer == nullptr || *issuer != kIssuer) return wrong("is not issued by Vonage (iss)");
  const std::string* hash = string_in(claims, "payload_hash");
  if (hash == nullptr) return wrong("does not say for which body it is (payload_hash)");
  if (!equal_in_constant_time(to_hex(sha256(body)), to_lower_case(*hash)))
    return wrong("is for another body (payload_hash)");
  const Value* issued = claims.find("iat");
  if (issued == nullptr || issued->type != Value::Type::number)
    return wrong("does not say when it was made (iat)");
  return issued->text;
}

}  // namespace inbound_sms::vonage
