#include "properties/records.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "properties/independent.h"
#include "properties/require.h"
#include "support/fastcgi_client.h"
#include "web/libfcgi_exchange.h"
#include "web/request_framer.h"

namespace inbound_sms::properties {

namespace {

using web::FramedRequest;
using web::RequestFramer;
using Step = RequestFramer::Step;

constexpr web::FramerLimits kLimits{512, 256, 77};

std::uint8_t take_byte(std::string_view& text) {
  if (text.empty()) return 0;
  const auto byte = std::uint8_t(text.front());
  text.remove_prefix(1);
  return byte;
}

std::string take_bytes(std::string_view& text, std::size_t size) {
  const std::string bytes(text.substr(0, size));
  text.remove_prefix(bytes.size());
  return bytes;
}

// Pairs of a list: length of the name, length of the value, both.
std::string take_pairs(std::string_view& text, std::size_t count) {
  testing::Params params;
  while (count-- > 0) {
    const std::size_t name = take_byte(text), value = take_byte(text);
    const std::string its_name = take_bytes(text, name);
    params.emplace_back(its_name, take_bytes(text, value));
  }
  return testing::pairs(params);
}

// Records of a list, so that a fuzzer need not count bytes: type, id, padding, size, content. The
// type 'P' is PARAMS of `size` pairs.
std::string records_of(std::string_view text, bool padded) {
  std::string records;
  while (!text.empty()) {
    const std::uint8_t type = take_byte(text), id = take_byte(text), padding = take_byte(text);
    const std::size_t size = take_byte(text);
    const bool pairs = type == 'P';
    const std::string content = pairs ? take_pairs(text, size % 8) : take_bytes(text, size);
    records += testing::record(pairs ? std::uint8_t(testing::kParams) : type, id, content,
                               padded ? padding % 16 : 0);
  }
  return records;
}

// What a framer made of a connection.
struct Outcome {
  std::string events;   // all but what it said, in order
  std::string replies;  // what it said, to the last byte
  std::vector<FramedRequest> requests;
};

std::string to_text(const FramedRequest& request) {
  return "request " + std::to_string(request.id) + (request.keep_connection ? " keep " : " ") +
         request.params + " body " + request.body + " of " + std::to_string(request.body_size) +
         (request.body_over_limit ? " over\n" : "\n");
}

void check_bounds(const FramedRequest& request) {
  require(request.params.size() <= kLimits.max_params, "params are bounded");
  require(request.body.size() <= kLimits.max_body, "the body is bounded");
  require(request.body.capacity() <= 4 * kLimits.max_body, "its memory is bounded");
  require(request.params.capacity() <= 4 * kLimits.max_params, "memory of params is bounded");
  require(request.body_over_limit == (request.body_size > kLimits.max_body),
          "it is known when a body is too large");
  require(request.body_over_limit ? request.body.empty() : request.body.size() == request.body_size,
          "a body is whole or empty");
}

// One connection, to which bytes come in pieces.
class Walk {
 public:
  explicit Walk(bool answers_at_once) : answers_at_once_(answers_at_once) {}

  // False when the connection is to be closed.
  bool take(std::string_view piece) {
    for (;;) {
      const std::size_t before = piece.size();
      const Step step = framer_.walk(piece, outcome_.replies);
      require(piece.size() <= before, "bytes are taken off the front");
      switch (step) {
        case Step::more:
          require(piece.empty(), "all bytes are taken");
          return true;
        case Step::whole:
          take_request();
          break;
        case Step::waiting:
          require(framer_.waiting() && has_in_hand_, "only a request in hand is waited for");
          outcome_.events += "waiting\n";
          answered();
          break;
        case Step::aborted:
          require(has_in_hand_, "only a request in hand is aborted");
          has_in_hand_ = false;
          outcome_.events += "aborted\n";
          break;
        case Step::hang_up:
          outcome_.events += "hang up\n";
          return false;
        case Step::broken:
          outcome_.events += std::string("broken: ") + framer_.fault() + "\n";
          return false;
      }
    }
  }

  Outcome end() {
    outcome_.events += framer_.idle() ? "idle" : "busy";
    return std::move(outcome_);
  }

 private:
  void take_request() {
    require(!has_in_hand_, "one request at a time is in hand");
    has_in_hand_ = true;
    outcome_.requests.push_back(framer_.take());
    check_bounds(outcome_.requests.back());
    outcome_.events += to_text(outcome_.requests.back());
    if (answers_at_once_) answered();
  }

  void answered() {
    has_in_hand_ = false;
    framer_.answered();
  }

  RequestFramer framer_{kLimits};
  const bool answers_at_once_;
  bool has_in_hand_ = false;
  Outcome outcome_;
};

// `cut` 0: in one piece; else in pieces of 1 to `cut` bytes.
Outcome walk(std::string_view bytes, bool answers_at_once, unsigned cut) {
  Walk walk(answers_at_once);
  unsigned random = cut;
  while (!bytes.empty()) {
    random = random * 1'103'515'245 + 12'345;
    const std::size_t size = cut == 0 ? bytes.size() : 1 + (random >> 16) % cut;
    // In a block of its own, so that a read behind its end is noticed.
    const std::vector<char> piece(bytes.begin(),
                                  bytes.begin() + std::ptrdiff_t(std::min(size, bytes.size())));
    bytes.remove_prefix(piece.size());
    if (!walk.take({piece.data(), piece.size()})) break;
  }
  return walk.end();
}

using Variables = std::vector<std::pair<std::string, std::string>>;

// Name-value pairs of a stream that is known to hold whole ones (section 3.4).
Variables variables_of(std::string_view params) {
  Variables variables;
  const auto take_length = [&] {
    std::size_t length = take_byte(params);
    if (length < 128) return length;
    length -= 128;
    for (int i = 0; i < 3; ++i) length = length << 8 | take_byte(params);
    return length;
  };
  while (!params.empty()) {
    const std::size_t name = take_length(), value = take_length();
    require(name + value <= params.size(), "pairs end within the stream");
    std::string its_name = take_bytes(params, name);
    variables.emplace_back(std::move(its_name), take_bytes(params, value));
    require((variables.back().first + variables.back().second).find('\0') == std::string::npos,
            "no text is cut at a NUL");
  }
  return variables;
}

// The first of this name. (libfcgi alone would also find NAME in one that is called NAME=x.)
std::optional<std::string> variable(const Variables& variables, const std::string& name) {
  for (const auto& [its_name, value] : variables)
    if (its_name == name) return value;
  return std::nullopt;
}

void check_request(const FramedRequest& framed, const web::Request& request) {
  const Variables variables = variables_of(framed.params);
  const auto passed = [&](const char* name) { return variable(variables, name); };
  require(request.method == passed("REQUEST_METHOD"), "the method is what came");
  require(request.query == passed("QUERY_STRING"), "the query is what came");
  require(request.content_length == passed("CONTENT_LENGTH"), "the length is what came");
  require(request.request_uri == passed("REQUEST_URI").value_or(""), "the URI is what came");
  require(request.content_type == passed("CONTENT_TYPE").value_or(""), "the type is what came");
  require(request.remote == passed("REMOTE_ADDR").value_or(""), "the address is what came");
  const auto authorization = passed("HTTP_AUTHORIZATION");
  require(request.authorization ==
              (authorization ? authorization : passed("REDIRECT_HTTP_AUTHORIZATION")),
          "the authorization is what came");
  require(request.body == framed.body && request.body_size == framed.body_size &&
              request.body_over_limit == framed.body_over_limit,
          "the body is what came");
}

// The content of the STDOUT records of one answer, which must end in END_REQUEST.
std::string document_in(std::string_view records, std::uint16_t id) {
  std::string document;
  while (records.size() >= 8) {
    const std::string header = take_bytes(records, 8);
    const auto byte = [&](std::size_t i) { return std::size_t(std::uint8_t(header[i])); };
    require(byte(0) == 1 && (byte(2) << 8 | byte(3)) == id, "an answer is for its request");
    const std::string content = take_bytes(records, byte(4) << 8 | byte(5));
    take_bytes(records, byte(6));
    if (byte(1) == testing::kStdout) document += content;
    if (byte(1) == testing::kEnd) require(records.empty(), "END_REQUEST ends an answer");
    if (records.empty()) require(byte(1) == testing::kEnd, "an answer ends in END_REQUEST");
  }
  return document;
}

// Through the real libfcgi.
void check_exchange(const std::vector<FramedRequest>& requests) {
  web::LibfcgiExchange exchange;
  for (const FramedRequest& framed : requests) {
    web::HeldRequest held;
    const Result<web::Request> request = exchange.read(framed, held);
    require(bool(request), "libfcgi refuses nothing that was let through");
    check_request(framed, *request);
    const web::Response response = web::unavailable(std::string(framed.params.size() * 20, 'x'));
    std::string records;
    require(bool(exchange.write(*held, response, records)), "an answer can be written");
    require(document_in(records, framed.id) == web::to_cgi(response),
            "the answer is what was said");
  }
}

}  // namespace

void check_records(std::string_view text) {
  const std::uint8_t ways = take_byte(text), cut = take_byte(text);
  const bool is_list = (ways & 1) != 0;
  const std::string bytes = is_list ? records_of(text, true) : std::string(text);
  const bool answers_at_once = (ways & 2) == 0;

  const Outcome whole = walk(bytes, answers_at_once, 0);
  require(whole.replies.size() <= 2 * bytes.size(), "what is said is bounded by what came");
  const auto require_same = [&](const Outcome& other) {
    require(other.events == whole.events, "what happens does not depend on cuts and padding");
    require(other.replies == whole.replies, "what is said does not depend on cuts and padding");
  };
  for (const unsigned size : {1U, cut + 1U}) require_same(walk(bytes, answers_at_once, size));
  if (is_list) require_same(walk(records_of(text, false), answers_at_once, 0));
  check_exchange(whole.requests);
}

}  // namespace inbound_sms::properties
