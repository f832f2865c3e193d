#include "tools/check_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/harmless.h"
#include "log/follower.h"
#include "tools/event.h"
#include "tools/inbound_request.h"

namespace inbound_sms::tools {

namespace {

constexpr char kSender[] = "447700900123";  // nobody has this number
constexpr char kText[] = "This is a test of inbound-sms check";
constexpr double kSlow = 3;  // seconds; Vonage waits 15

std::string milliseconds(double seconds) {
  return std::to_string(std::lround(seconds * 1000)) + " ms";
}

// The first line of what was answered, for a person.
std::string quoted(const std::string& text) {
  const std::string line = text.substr(0, std::min(text.find('\n'), std::size_t{200}));
  return line.empty() ? "nothing" : "'" + harmless(line) + "'";
}

std::string words_for_failure(const HttpAnswer& answer) {
  switch (answer.failure) {
    case HttpFailure::url:
      return "this is no URL that can be called: it has to begin with https:// and a host's name";
    case HttpFailure::name:
      return "its name does not resolve: look at the DNS record of the host, and for a mistyped "
             "name";
    case HttpFailure::connect:
      return "nobody accepts connections there: is the web server running, on this port, and does "
             "the firewall let it through?";
    case HttpFailure::time:
      return "no answer within 15 s (3 s for the connection), when Vonage gives up, too: a "
             "firewall drops the packets, or the handler or its disk is stuck";
    case HttpFailure::certificate:
      return "its TLS certificate is not trusted: expired, for another name, or without its "
             "intermediate certificates; Vonage will refuse it, too";
    default:
      return "the connection failed: is it a web server, and does it speak what the URL says (http "
             "or https)?";
  }
}

std::string words_for_redirect(const HttpAnswer& answer) {
  return "it redirects to " + harmless(answer.location) +
         ": Vonage may not follow it, or turn a POST into a GET; enter the URL that it leads to, "
         "or take the redirect out";
}

// What the files for nginx and Apache let these servers say, with 503 in place of their own code.
bool is_handler_away(const HttpAnswer& answer) {
  return answer.status == 502 || answer.status == 504 ||
         answer.text.find("the inbound-sms handler does not answer") != std::string::npos;
}

std::string words_for_status(const HttpAnswer& answer) {
  if (answer.status >= 300 && answer.status < 400) return words_for_redirect(answer);
  if (is_handler_away(answer))
    return "the web server cannot reach the handler: is it running, is the socket's path the same "
           "in both, and may the web server's user connect to it (the socket's group and mode)?";
  switch (answer.status) {
    case 401:
    case 403:
      return "the web server lets nobody in (allow, deny, Require, a password): Vonage must be let "
             "in; if it was only you who was not, check from an address that is";
    case 404:
      return "the web server knows no such path: is the file for it included in the server block "
             "or VirtualHost of this very name, and is the path spelled as there?";
    case 405:
      return "the web server or something before it does not allow this method there: Vonage uses "
             "GET or POST, as the account is set";
    case 500:
      return "the web server does not pass on what the handler needs, or has an error of its own; "
             "the answer's text names a missing directive: " +
             quoted(answer.text);
    case 503:
      return "the handler cannot take messages now; its words, and those on its stderr, say why: " +
             quoted(answer.text);
    default:
      return "that is not the handler of inbound-sms, which answers 204: something else answers at "
             "this path, and Vonage would take messages as delivered that are on no log; it said " +
             quoted(answer.text);
  }
}

bool is_private_v4(std::uint32_t address) {
  struct Range {
    std::uint32_t net, bits;
  };
  constexpr std::array<Range, 6> kPrivate = {{{0x7f000000, 8},
                                              {0x0a000000, 8},
                                              {0xac100000, 12},
                                              {0xc0a80000, 16},
                                              {0xa9fe0000, 16},
                                              {0x64400000, 10}}};
  for (const Range& range : kPrivate)
    if ((address ^ range.net) >> (32 - range.bits) == 0) return true;
  return false;
}

// RFC 1918, 3927, 4193, 6598 and loopback: addresses that mean another machine elsewhere.
bool is_private(const std::string& text) {
  in_addr v4;
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return is_private_v4(ntohl(v4.s_addr));
  in6_addr v6;
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) || (v6.s6_addr[0] & 0xfe) == 0xfc;
}

std::string new_message_id() {
  std::random_device random;
  char text[32];
  std::snprintf(text, sizeof text, "CHECK%08X%08X", random(), random());
  return text;
}

// As the API delivers it whose messages such a handler takes.
Event new_message(const std::optional<Signing>& signing) {
  const Sms sms{.from = kSender, .id = new_message_id(), .text = kText};
  const bool only_tokens = signing && signing->method == vonage::SignatureMethod::token;
  return only_tokens ? message_event(sms, system_clock().now()) : sms_events(sms).front();
}

HttpAnswer send_message(const Event& message, Form form, const std::string& url,
                        const std::optional<Signing>& signing) {
  return HttpConnection().send(to_request(message, form, url, system_clock().now(), signing));
}

// How many new lines of the log hold the text.
Result<std::size_t> count_new(log::Follower& follower, const std::string& text) {
  std::size_t count = 0;
  while (true) {
    const Result<std::vector<std::string>> lines = follower.next();
    if (!lines) return lines.error();
    if (lines->empty()) return count;
    for (const std::string& line : *lines) count += line.find(text) != std::string::npos;
  }
}

Remark unreadable(const Error& error) {
  return {Verdict::fault, "test message: the log cannot be read: " + error.text};
}

Remark not_taken(const std::string& method, const HttpAnswer& answer) {
  const bool silent = answer.status == 0;
  return {Verdict::fault, "test message by " + method + ": answered " +
                              (silent ? answer.error : std::to_string(answer.status)) + ": " +
                              (silent ? words_for_failure(answer) : words_for_status(answer))};
}

// What so many lines of the message mean, which was sent twice and answered 204 each time.
Remark judge_lines(std::size_t lines, const std::string& folder, const std::string& when,
                   const std::string& how, const std::string& id) {
  if (lines == 0)
    return {Verdict::fault,
            "test message: answered 204, but it is not on the log in " + folder +
                ": another handler, or one with other settings, answers at this URL"};
  if (lines > 1)
    return {Verdict::fault,
            "test message: it was repeated, and is on the log " + std::to_string(lines) + " times"};
  return {Verdict::ok, "test message: on the log " + when + ", once, though it was sent " + how +
                           " (messageId " + id + ")"};
}

}  // namespace

Remark judge_answer(const HttpAnswer& answer) {
  const std::string start = "URL check: ";
  if (answer.status == 0)
    return {Verdict::fault, start + words_for_failure(answer) + " (" + answer.error + ")"};
  const std::string status = std::to_string(answer.status);
  if (answer.status != 204)
    return {Verdict::fault, start + "answered " + status + ": " + words_for_status(answer)};
  const std::string time = start + "answered 204 after " + milliseconds(answer.seconds);
  if (answer.seconds > kSlow) return {Verdict::warning, time + ": that is slow, Vonage waits 15 s"};
  return {Verdict::ok, time};
}

Remarks judge_url(const std::string& url, const std::string& address) {
  Remarks remarks;
  if (is_private(address))
    remarks.push_back({Verdict::warning,
                       "URL: it leads to " + address +
                           ", an address that Vonage cannot reach: messages will not come unless "
                           "the name means another address outside"});
  if (!url.starts_with("https://"))
    remarks.push_back({Verdict::warning,
                       "URL: it is not https, so whoever is on the way can read and change "
                       "messages"});
  if (url.find('?') != std::string::npos)
    remarks.push_back({Verdict::warning,
                       "URL: it has a query of its own, which is mixed with the parameters of each "
                       "message: put a secret into the path instead"});
  return remarks;
}

Remarks check_url(const std::string& url) {
  const HttpAnswer answer = HttpConnection().send({"GET", url, "", ""});
  Remarks remarks = judge_url(url, answer.address);
  remarks.push_back(judge_answer(answer));
  return remarks;
}

Remarks check_message(const std::string& url, log::Disk& disk, const log::LogPattern& log,
                      const std::optional<Signing>& signing) {
  log::Follower follower(disk, log);
  if (const Status ready = follower.skip_to_end(0); !ready) return {unreadable(ready.error())};
  const Event message = new_message(signing);
  const HttpAnswer got = send_message(message, Form::get, url, signing);
  const bool as_get = message.kind == vonage::Kind::inbound_sms;
  if (got.status != 204) return {not_taken(as_get ? "GET" : "POST", got)};
  const HttpAnswer posted = send_message(message, Form::post, url, signing);
  if (posted.status != 204) return {not_taken("POST", posted)};
  // Lines that are acknowledged can be read.
  const Result<std::size_t> lines = count_new(follower, "\"" + message.id + "\"");
  if (!lines) return {unreadable(lines.error())};
  const std::string how = as_get ? "by GET and by POST" : "twice by POST";
  return {judge_lines(*lines, log.folder(), "after " + milliseconds(got.seconds), how, message.id)};
}

Remark check_forgery(const std::string& url, const Signing& signing) {
  const std::string start = "forged message: ";
  const Signing wrong{signing.method, new_message_id()};
  for (const auto& [how, proof] : {std::pair<std::string, std::optional<Signing>>{"unsigned", {}},
                                   {"wrongly signed", wrong}}) {
    const HttpAnswer answer = send_message(new_message(signing), Form::post, url, proof);
    if (answer.status == 503) continue;
    const std::string answered =
        start + how + ", and answered " +
        (answer.status == 0 ? answer.error : std::to_string(answer.status)) + ": ";
    if (answer.status != 204) return {Verdict::fault, answered + words_for_status(answer)};
    return {Verdict::fault, answered +
                                "signatures are not checked there: the handler has other settings "
                                "than these, and whoever knows the URL can put messages on the "
                                "log"};
  }
  return {Verdict::ok, start + "turned away with 503, unsigned and wrongly signed"};
}

}  // namespace inbound_sms::tools
