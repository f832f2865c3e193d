#include "receiver.h"

#include <optional>
#include <string_view>
#include <utility>

#include "base/harmless.h"
#include "vonage/decode.h"
#include "vonage/identity.h"
#include "vonage/kind.h"

namespace inbound_sms {

namespace {

constexpr std::string_view kAllow = "Allow: GET, HEAD, POST";
constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::size_t kMaxNamed = 64;  // bytes of what a peer sent that go into one of our lines

// How to make the web server pass what it does not.
constexpr std::string_view kPassMethod =
    "REQUEST_METHOD is not passed: nginx needs `fastcgi_param REQUEST_METHOD $request_method;`, "
    "Apache `ProxyFCGISetEnvIf \"true\" REQUEST_METHOD \"%{REQUEST_METHOD}\"`";
constexpr std::string_view kPassQuery =
    "QUERY_STRING is not passed: nginx needs `fastcgi_param QUERY_STRING $query_string;`, "
    "Apache `ProxyFCGISetEnvIf \"true\" QUERY_STRING \"%{QUERY_STRING}\"`";
constexpr std::string_view kKeepQuery =
    "QUERY_STRING is empty but REQUEST_URI has a query: nginx needs `fastcgi_param QUERY_STRING "
    "$query_string;`, Apache a RewriteRule without the flag QSD and without a ? at the end of its "
    "target";

// What a peer sent, short and harmless, to be shown to a person.
std::string to_name(std::string_view text) {
  return harmless(text.substr(0, kMaxNamed));
}

std::string from(const web::Request& request) {
  return " (from " + to_name(request.remote) + ")";
}

Immediate refuse(const web::Request& request, std::string_view event, web::Response response) {
  std::string report = std::to_string(response.status) + ": " + response.text + from(request);
  return {event, std::move(response), std::move(report)};
}

bool uri_has_query(std::string_view uri) {
  const std::size_t mark = uri.find('?');
  return mark != uri.npos && mark + 1 < uri.size();
}

// A web server that keeps the query to itself makes every message look like a URL check: each would
// be lost with a 204.
std::optional<Immediate> check_web_server(const web::Request& request) {
  const auto wrong = [](std::string_view variable, std::string_view remedy) {
    return Immediate{variable,
                     {500, "the web server does not pass " + std::string(variable)},
                     "500: " + std::string(remedy)};
  };
  if (!request.method || request.method->empty()) return wrong("REQUEST_METHOD", kPassMethod);
  if (!request.query) return wrong("QUERY_STRING", kPassQuery);
  if (request.query->empty() && uri_has_query(request.request_uri))
    return wrong("QUERY_STRING", kKeepQuery);
  return std::nullopt;
}

std::optional<Immediate> check_method(const web::Request& request) {
  const std::string& method = *request.method;
  if (method == "GET" || method == "HEAD" || method == "POST") return std::nullopt;
  return refuse(request, "method",
                {405, "the method is " + to_name(method) + ", not GET, HEAD or POST", kAllow});
}

std::string in_words(std::size_t bytes) {
  if (bytes != 0 && bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  if (bytes != 0 && bytes % kKiB == 0) return std::to_string(bytes / kKiB) + " KiB";
  return std::to_string(bytes) + " bytes";
}

std::optional<Immediate> check_body(const web::Request& request, const ReceiverOptions& options) {
  const auto length = web::announced_length(request);
  if (!length)
    return refuse(request, "no length",
                  {400, length.error().text + ": " + to_name(*request.content_length)});
  if (request.body_over_limit) {
    return refuse(request, "large body",
                  {413, "the body is larger than the limit of " + in_words(options.max_body)});
  }
  if (*length && **length != request.body_size) {
    return refuse(request, "wrong length",
                  web::unavailable("the body has " + std::to_string(request.body_size) +
                                   " bytes, CONTENT_LENGTH says " + std::to_string(**length)));
  }
  return std::nullopt;
}

vonage::Submission submission_of(const web::Request& request) {
  const bool post = *request.method == "POST";
  return {post ? vonage::Method::post : vonage::Method::get, *request.query, request.content_type,
          request.body};
}

Immediate answer_probe(const web::Request& request) {
  return {*request.method == "HEAD" ? "HEAD" : "URL check",
          {},
          "URL check by " + *request.method + ", answered 204" + from(request)};
}

log::Record rejected_record(const web::Request& request, Time received, const web::Response& answer,
                            log::Durability durability) {
  log::Record record = log::to_record(log::RejectedRecord{.received = received,
                                                          .reason = answer.text,
                                                          .status = answer.status,
                                                          .method = *request.method,
                                                          .content_type = request.content_type,
                                                          .authorization = request.authorization,
                                                          .remote = request.remote,
                                                          .query = *request.query,
                                                          .body = request.body});
  record.durability = durability;
  return record;
}

// Asked to repeat it, Vonage would send the same bytes: so it is kept for a person.
Rejection reject_undecodable(const web::Request& request, Time received, const std::string& why) {
  web::Response kept{400, "the body is labelled JSON and is not one JSON object: " + why};
  log::Record record = rejected_record(request, received, kept, log::Durability::synced);
  std::string report = "rejected: " + kept.text + from(request);
  return {"undecodable", std::move(record), std::move(kept),
          web::unavailable("the request cannot be taken and not be kept for inspection either"),
          std::move(report)};
}

// Whatever becomes of its record, it is asked for again: the secret that is wrong may be ours.
Rejection reject_unproven(const web::Request& request, Time received, const std::string& why) {
  const web::Response answer = web::unavailable("this does not prove that Vonage sent it: " + why);
  return {"unproven", rejected_record(request, received, answer, log::Durability::written), answer,
          answer, "rejected: " + answer.text + from(request)};
}

std::string name_of(vonage::Kind kind, const vonage::Parameters& parameters) {
  std::string name(vonage::to_word(kind));
  if (const vonage::Value* id = vonage::id_of(kind, parameters)) name += ' ' + to_name(id->text);
  return name;
}

Accepted accept(const web::Request& request, Time received, vonage::Kind kind,
                const vonage::Delivery& delivery, bool proven) {
  const std::string message = delivery.parameters.to_json();
  const log::MessageRecord record{.received = received,
                                  .kind = vonage::to_word(kind),
                                  .format = delivery.format,
                                  .remote = request.remote,
                                  .signature = proven ? "valid" : "none",
                                  .message = message,
                                  .raw = delivery.raw.value_or(""),
                                  .has_raw = delivery.raw.has_value(),
                                  .key = vonage::identity(kind, delivery.parameters)};
  return {log::to_record(record), name_of(kind, delivery.parameters)};
}

}  // namespace

Verdict receive(const web::Request& request, Time received, const ReceiverOptions& options,
                const vonage::Secrets& secrets) {
  if (auto answer = check_web_server(request)) return std::move(*answer);
  if (auto answer = check_method(request)) return std::move(*answer);
  if (*request.method == "HEAD") return answer_probe(request);
  if (*request.method == "POST") {
    if (auto answer = check_body(request, options)) return std::move(*answer);
  }
  const auto delivery = vonage::decode(submission_of(request));
  if (!delivery) return reject_undecodable(request, received, delivery.error().text);
  const auto kind = vonage::classify(delivery->parameters);
  if (!kind) return answer_probe(request);
  if (options.proof) {
    const vonage::Unproven unproven{*kind, *delivery, request.authorization, request.body};
    const Status proven = vonage::check_proof(unproven, *options.proof, secrets, received);
    if (!proven) return reject_unproven(request, received, proven.error().text);
  }
  return accept(request, received, *kind, *delivery, options.proof.has_value());
}

web::Response answer_stored() {
  return {};
}

web::Response answer_unavailable() {
  return web::unavailable("the log cannot take the message now");
}

web::Response answer_busy() {
  return web::unavailable("too many messages wait for the log already");
}

web::Response answer_late() {
  return web::unavailable("the log did not take the message in time");
}

}  // namespace inbound_sms
