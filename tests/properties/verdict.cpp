#include "properties/verdict.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/hex.h"
#include "log/line.h"
#include "log/record.h"
#include "properties/independent.h"
#include "properties/require.h"
#include "vonage/json.h"

namespace inbound_sms::properties {

namespace {

using Names = std::vector<std::string>;
using vonage::Parameters;
using vonage::Value;

std::string to_text(const web::Response& response) {
  return std::to_string(response.status) + " " + response.text + " " + std::string(response.header);
}

std::string to_text(const log::Record& record) {
  return (record.key ? to_hex(*record.key) : "no key") + " " + record.body;
}

void check_response(const web::Response& response, std::initializer_list<int> statuses) {
  require(std::find(statuses.begin(), statuses.end(), response.status) != statuses.end(),
          "the status is one of the table");
  require(is_harmless_line(response.text), "an answer is one line");
  require(response.text.empty() == (response.status == 204), "only a 204 is without a word");
  require((response.status == 503) == (response.header == "Retry-After: 60"),
          "a 503 asks for a repeat");
  require((response.status == 405) == response.header.starts_with("Allow: "),
          "a 405 says what is allowed");
}

// The members of the line that the record becomes.
Parameters members_of(const log::Record& record) {
  std::string line;
  log::append_line(line, "", record.body);
  line.pop_back();
  require(log::is_whole_record(line), "a record is whole");
  require(is_utf8_too(line), "a record is UTF-8");
  require(std::none_of(line.begin(), line.end(), [](char c) { return std::uint8_t(c) < 0x20; }),
          "a record is one line without control characters");
  const auto parsed = vonage::parse_json_object(line);
  require(parsed && !parsed->lossy, "a record is a JSON object");
  return parsed->parameters;
}

std::string text_of(const Parameters& members, std::string_view name) {
  const Value* const value = members.find(name);
  require(value != nullptr, "a member is there");
  return value->text;
}

// The names are `all` in order, without those of `some` that may be missing.
void check_names(const Parameters& members, const Names& all, const Names& some) {
  Names names;
  for (const auto& member : members) names.push_back(member.name);
  Names expected;
  for (const std::string& name : all)
    if (members.has(name) || std::find(some.begin(), some.end(), name) == some.end())
      expected.push_back(name);
  require(names == expected, "the members are those of the log's format, in its order");
}

void check_time(const log::Record& record, Time received) {
  require(record.received == received && log::received_of(record.body) == received,
          "`received` is when the request was whole");
}

void check_accepted(const web::Request& request, Time received, const Accepted& accepted) {
  const Parameters members = members_of(accepted.record);
  check_names(members,
              {"received", "kind", "format", "remote", "signature", "message", "raw", "key", "crc"},
              {"raw", "key"});
  check_time(accepted.record, received);
  require(is_harmless_line(accepted.name), "a message is named in one line");
  require(log::message_key(accepted.record.body) == accepted.record.key,
          "the key is found at its place on the line");
  const auto message = vonage::parse_json_object(message_of(accepted.record));
  require(message && !message->parameters.empty(), "what is on the log has parameters");
  if (!members.has("raw")) return;
  const bool query = text_of(members, "format") == "query";
  require(text_of(members, "raw") == base64(query ? *request.query : request.body),
          "`raw` is what was sent");
}

void check_rejection(const web::Request& request, Time received, const Rejection& rejection) {
  const Parameters members = members_of(rejection.record);
  check_names(members,
              {"received", "reason", "status", "method", "content_type", "authorization", "remote",
               "query", "body", "crc"},
              {"authorization"});
  check_time(rejection.record, received);
  check_response(rejection.kept, {400, 503});
  check_response(rejection.not_kept, {503});
  require(text_of(members, "status") == std::to_string(rejection.kept.status),
          "the log says what was answered");
  require(rejection.record.key && log::rejected_key(rejection.record.body) == rejection.record.key,
          "the key can be told from the line");
  require(text_of(members, "query") == base64(*request.query), "the query is kept as sent");
  require(text_of(members, "body") == base64(request.body), "the body is kept as sent");
  require(is_harmless_line(rejection.report), "a report is one line");
}

// That nothing was sent but what has no parameters: separators, and the braces of `{}`.
bool has_no_parameters(const web::Request& request) {
  const bool post = *request.method == "POST";
  return request.query->find_first_not_of('&') == std::string::npos &&
         (!post || request.body.find_first_not_of("&{} \t\r\n\xEF\xBB\xBF") == std::string::npos);
}

void check_immediate(const web::Request& request, const Immediate& immediate) {
  check_response(immediate.response, {204, 400, 405, 413, 500, 503});
  require(is_harmless_line(immediate.report), "a report is one line");
  require(!immediate.report.empty(), "what is not kept is reported");
  require(
      immediate.response.status != 204 || request.method == "HEAD" || has_no_parameters(request),
      "a message is never answered 204 without being kept");
}

}  // namespace

std::string to_text(const Verdict& verdict) {
  if (const auto* accepted = std::get_if<Accepted>(&verdict))
    return "accepted " + to_text(accepted->record) + " " + accepted->name;
  if (const auto* rejection = std::get_if<Rejection>(&verdict))
    return "rejected " + to_text(rejection->record) + " " + to_text(rejection->kept) + " " +
           to_text(rejection->not_kept) + " " + rejection->report;
  const auto& immediate = std::get<Immediate>(verdict);
  return to_text(immediate.response) + " " + immediate.report;
}

void check_verdict(const web::Request& request, Time received, const Verdict& verdict) {
  if (const auto* accepted = std::get_if<Accepted>(&verdict))
    check_accepted(request, received, *accepted);
  if (const auto* rejection = std::get_if<Rejection>(&verdict))
    check_rejection(request, received, *rejection);
  if (const auto* immediate = std::get_if<Immediate>(&verdict))
    check_immediate(request, *immediate);
}

std::string message_of(const log::Record& record) {
  const auto parsed = vonage::parse_json_object(record.body + "}");
  require(bool(parsed), "a record is a JSON object");
  const Value* const message = parsed->parameters.find("message");
  require(message != nullptr && message->type == Value::Type::composite, "a record has a message");
  require(record.body.find(",\"message\":" + message->text) != std::string::npos,
          "the message is compact");
  return message->text;
}

}  // namespace inbound_sms::properties
