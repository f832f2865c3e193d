#include "properties/requests.h"

#include <optional>
#include <string>

#include "properties/require.h"
#include "properties/verdict.h"
#include "receiver.h"

namespace inbound_sms::properties {

namespace {

constexpr std::size_t kMaxBody = 256;
constexpr Time kReceived{std::chrono::seconds(1'795'505'412)};
constexpr vonage::ProofRules kRules{vonage::SignatureMethod::sha256hmac, std::chrono::hours(96)};

std::optional<std::string> take_variable(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line == "~") return std::nullopt;
  return line;
}

web::Request request_from(std::string_view text) {
  web::Request request;
  request.method = take_variable(text);
  request.query = take_variable(text);
  request.request_uri = take_variable(text).value_or("");
  request.content_type = take_variable(text).value_or("");
  request.content_length = take_variable(text);
  request.authorization = take_variable(text);
  request.remote = take_variable(text).value_or("");
  request.body_size = text.size();
  request.body_over_limit = text.size() > kMaxBody;
  if (!request.body_over_limit) request.body = text;
  if (request.content_length == "=") request.content_length = std::to_string(text.size());
  return request;
}

}  // namespace

void check_request(std::string_view text) {
  const web::Request request = request_from(text);
  for (const bool proof : {false, true}) {
    const ReceiverOptions options{kMaxBody, proof ? std::optional(kRules) : std::nullopt};
    const vonage::Secrets secrets{"a secret", "another"};
    const Verdict verdict = receive(request, kReceived, options, secrets);
    check_verdict(request, kReceived, verdict);
    require(!proof || !std::holds_alternative<Accepted>(verdict),
            "nothing is accepted that was not signed");
    require(to_text(receive(request, kReceived, options, secrets)) == to_text(verdict),
            "the same input gives the same output");
  }
}

}  // namespace inbound_sms::properties
