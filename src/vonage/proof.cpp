#include "vonage/proof.h"

#include <charconv>

#include "vonage/token.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::size_t kMostDigits = 11;  // the year 5138; a Time can hold no more than 292277

Error wrong(std::string text) {
  return {0, std::move(text)};
}

// Seconds since 1970, by digits; a fraction does not count.
std::optional<Time> time_from(std::string_view seconds) {
  const std::string_view whole = seconds.substr(0, seconds.find('.'));
  const std::string_view fraction = seconds.substr(whole.size());
  const auto is_digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  };
  if (!is_digits(whole) || whole.size() > kMostDigits) return std::nullopt;
  if (!fraction.empty() && !is_digits(fraction.substr(1))) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(whole.begin(), whole.end(), number);
  return Time(std::chrono::seconds(number));
}

// "97 h" or "301 s": how long, for a person.
std::string in_words(std::chrono::microseconds time) {
  using std::chrono::floor;
  if (time >= std::chrono::hours(2))
    return std::to_string(floor<std::chrono::hours>(time).count()) + " h";
  return std::to_string(floor<std::chrono::seconds>(time).count()) + " s";
}

// `what` and `name`: "the signature" and "timestamp".
Status check_time(std::string_view seconds, const std::string& what, const std::string& name,
                  const ProofRules& rules, Time now) {
  const std::optional<Time> made = time_from(seconds);
  if (!made) return wrong(what + " does not say when it was made in seconds (" + name + ")");
  if (*made - now > kMostAhead)
    return wrong(what + " is from the future, by " + in_words(*made - now) +
                 ": either its sender's clock is wrong or ours");
  if (now - *made > rules.max_age)
    return wrong(what + " is " + in_words(now - *made) + " old, more than the " +
                 in_words(rules.max_age) + " for which messages are remembered");
  return Done{};
}

// All secrets are tried whatever the first ones gave, so that time tells nothing about which.
template <class Test>
bool any_of_all(const Secrets& secrets, Test test) {
  bool any = false;
  for (const std::string& secret : secrets) any |= test(secret);
  return any;
}

Status check_signature(const Parameters& parameters, const ProofRules& rules,
                       const Secrets& secrets, Time now) {
  const Value* signature = parameters.find("sig");
  if (signature == nullptr) return wrong("there is no signature (sig)");
  const std::optional<std::string> text = text_to_sign(parameters);
  if (!text || signature->type != Value::Type::string)
    return wrong("what has an & or = in a name, an array or an object cannot be signed");
  const bool valid = any_of_all(secrets, [&](const std::string& secret) {
    return is_signed(rules.method, *text, secret, signature->text);
  });
  if (!valid) return wrong("the signature is wrong (sig)");
  const Value* timestamp = parameters.find("timestamp");
  return check_time(timestamp == nullptr ? "" : timestamp->text, "the signature", "timestamp",
                    rules, now);
}

Status check_token(const Unproven& request, const ProofRules& rules, const Secrets& secrets,
                   Time now) {
  if (!request.authorization) return wrong("there is no token (Authorization header)");
  const Result<Token> token = Token::parse(*request.authorization);
  if (!token) return token.error();
  const bool valid =
      any_of_all(secrets, [&](const std::string& secret) { return token->is_signed(secret); });
  if (!valid) return wrong("the token's signature is wrong");
  // It vouches for the body alone.
  if (request.delivery.format == kFromQuery)
    return wrong("the token is for a body, and the parameters are in the query");
  const Result<std::string> issued = token->check_claims(request.body);
  if (!issued) return issued.error();
  return check_time(*issued, "the token", "iat", rules, now);
}

}  // namespace

Status check_proof(const Unproven& request, const ProofRules& rules, const Secrets& secrets,
                   Time now) {
  if (request.kind == Kind::message || request.kind == Kind::message_status)
    return check_token(request, rules, secrets, now);
  if (rules.method == SignatureMethod::token)
    return wrong("only the Messages API is taken here, and this is " +
                 std::string(to_word(request.kind)));
  return check_signature(request.delivery.parameters, rules, secrets, now);
}

}  // namespace inbound_sms::vonage
