#include "web/request_framer.h"

#include <algorithm>
#include <utility>

#include "base/heap_bytes.h"

namespace inbound_sms::web {

namespace {

// Bytes of names that FCGI_GET_VALUES may ask for; the specification knows 43 bytes of them.
constexpr std::size_t kMaxNames = 1024;

// What is wrong with the name-value pairs, nullptr when nothing is. Values hold no NUL
// (section 6.1): libfcgi would cut a text there without a word.
const char* fault_of_params(std::string_view params) {
  while (!params.empty()) {
    const auto pair = fastcgi::take_pair(params);
    if (!pair) return "a parameter does not end within PARAMS";
    if (pair->name.find('\0') != pair->name.npos || pair->value.find('\0') != pair->value.npos)
      return "a parameter holds a NUL";
  }
  return nullptr;
}

// The content of FCGI_GET_VALUES_RESULT: each known name once, however often it was asked for.
// False when the names do not end within the record.
bool append_values(std::string& out, std::string_view names, std::size_t connections) {
  bool max_conns = false;
  bool max_reqs = false;
  bool mpxs_conns = false;
  while (!names.empty()) {
    const auto pair = fastcgi::take_pair(names);
    if (!pair) return false;
    max_conns = max_conns || pair->name == FCGI_MAX_CONNS;
    max_reqs = max_reqs || pair->name == FCGI_MAX_REQS;
    mpxs_conns = mpxs_conns || pair->name == FCGI_MPXS_CONNS;
  }
  const std::string count = std::to_string(connections);
  if (max_conns) fastcgi::append_pair(out, FCGI_MAX_CONNS, count);
  if (max_reqs) fastcgi::append_pair(out, FCGI_MAX_REQS, count);
  if (mpxs_conns) fastcgi::append_pair(out, FCGI_MPXS_CONNS, "0");
  return true;
}

}  // namespace

RequestFramer::Step RequestFramer::walk(std::string_view& bytes, std::string& replies) {
  for (;;) {
    if (!open_) {
      if (!fill_header(bytes)) return Step::more;
      if (const Step step = open_record(); step != Step::more) return step;
    }
    if (!take_content(bytes)) return Step::more;
    open_ = false;
    header_size_ = 0;
    if (const Step step = close_record(replies); step != Step::more) return step;
  }
}

FramedRequest RequestFramer::take() {
  phase_ = Phase::in_hand;
  return std::exchange(request_, {request_.id, request_.keep_connection, {}, {}});
}

std::size_t RequestFramer::held_bytes() const {
  return heap_bytes(request_.params) + heap_bytes(request_.body) + heap_bytes(control_);
}

bool RequestFramer::fill_header(std::string_view& bytes) {
  const std::size_t size = std::min(bytes.size(), bytes_.size() - header_size_);
  std::copy_n(bytes.begin(), size, bytes_.begin() + header_size_);
  header_size_ += size;
  bytes.remove_prefix(size);
  return header_size_ == bytes_.size();
}

// Decides by its head what becomes of a record.
RequestFramer::Step RequestFramer::open_record() {
  header_ = fastcgi::parse_header(bytes_);
  if (header_.version != FCGI_VERSION_1) return broken("a record's version is not 1");
  fate_ = Fate::skip;
  if (header_.id == FCGI_NULL_REQUEST_ID) {
    if (header_.type == FCGI_GET_VALUES) {
      if (header_.content > kMaxNames) return broken("GET_VALUES is longer than any need");
      fate_ = Fate::control;
    }
  } else if (header_.type == FCGI_BEGIN_REQUEST) {
    if (phase_ == Phase::in_hand) return Step::waiting;
    if (header_.content != sizeof(FCGI_BeginRequestBody))
      return broken("BEGIN_REQUEST has a wrong size");
    fate_ = Fate::control;
  } else if (header_.id == request_.id && phase_ != Phase::none && phase_ != Phase::in_hand) {
    if (const Step step = route_stream(); step != Step::more) return step;
  }
  control_.clear();
  content_left_ = header_.content;
  padding_left_ = header_.padding;
  open_ = true;
  return Step::more;
}

RequestFramer::Step RequestFramer::route_stream() {
  if (header_.type == FCGI_PARAMS) {
    if (phase_ != Phase::params) return broken("PARAMS after their end");
    if (header_.content > limits_->max_params - request_.params.size())
      return broken("PARAMS are longer than the limit");
    fate_ = Fate::params;
  } else if (header_.type == FCGI_STDIN) {
    if (phase_ != Phase::body) return broken("STDIN before the end of PARAMS");
    fate_ = Fate::body;
  }
  return Step::more;
}

// True when the record, its padding included, has ended.
bool RequestFramer::take_content(std::string_view& bytes) {
  const std::size_t content = std::min(bytes.size(), content_left_);
  keep(bytes.substr(0, content));
  content_left_ -= content;
  bytes.remove_prefix(content);
  const std::size_t padding = std::min(bytes.size(), padding_left_);
  padding_left_ -= padding;
  bytes.remove_prefix(padding);
  return content_left_ == 0 && padding_left_ == 0;
}

void RequestFramer::keep(std::string_view content) {
  if (fate_ == Fate::params) request_.params += content;
  if (fate_ == Fate::control) control_ += content;
  if (fate_ == Fate::body) keep_body(content);
}

void RequestFramer::keep_body(std::string_view content) {
  request_.body_size += content.size();
  if (request_.body_size <= limits_->max_body) {
    request_.body += content;
    return;
  }
  request_.body_over_limit = true;
  request_.body = std::string();  // gives the memory back, not only the text
}

RequestFramer::Step RequestFramer::close_record(std::string& replies) {
  if (header_.id == FCGI_NULL_REQUEST_ID) return close_management(replies);
  if (header_.type == FCGI_BEGIN_REQUEST) return close_begin(replies);
  if (phase_ == Phase::none || header_.id != request_.id) return Step::more;
  if (header_.type == FCGI_ABORT_REQUEST) return close_abort(replies);
  if (header_.content != 0) return Step::more;
  if (fate_ == Fate::params) return close_params();
  return fate_ == Fate::body ? Step::whole : Step::more;
}

RequestFramer::Step RequestFramer::close_management(std::string& replies) {
  if (header_.type != FCGI_GET_VALUES) {
    fastcgi::append_unknown_type(replies, header_.type);
    return Step::more;
  }
  const std::string names = std::exchange(control_, std::string());
  std::string values;
  if (!append_values(values, names, limits_->max_connections))
    return broken("a name does not end within GET_VALUES");
  fastcgi::append_record(replies, FCGI_GET_VALUES_RESULT, FCGI_NULL_REQUEST_ID, values);
  return Step::more;
}

RequestFramer::Step RequestFramer::close_begin(std::string& replies) {
  if (phase_ != Phase::none) {
    if (header_.id == request_.id) return broken("BEGIN_REQUEST twice for one request");
    fastcgi::append_end_request(replies, header_.id, FCGI_CANT_MPX_CONN);
    return Step::more;
  }
  const fastcgi::BeginRequest begin = fastcgi::parse_begin(control_);
  const bool keep = (begin.flags & FCGI_KEEP_CONN) != 0;
  if (begin.role != FCGI_RESPONDER) {
    fastcgi::append_end_request(replies, header_.id, FCGI_UNKNOWN_ROLE);
    return keep ? Step::more : Step::hang_up;
  }
  request_ = {header_.id, keep, {}, {}};
  phase_ = Phase::params;
  return Step::more;
}

RequestFramer::Step RequestFramer::close_abort(std::string& replies) {
  fastcgi::append_end_request(replies, request_.id, FCGI_REQUEST_COMPLETE);
  const bool in_hand = std::exchange(phase_, Phase::none) == Phase::in_hand;
  const bool keep = request_.keep_connection;
  request_ = FramedRequest{};
  if (in_hand) return Step::aborted;
  return keep ? Step::more : Step::hang_up;
}

RequestFramer::Step RequestFramer::close_params() {
  if (const char* fault = fault_of_params(request_.params)) return broken(fault);
  phase_ = Phase::body;
  return Step::more;
}

RequestFramer::Step RequestFramer::broken(const char* fault) {
  fault_ = fault;
  return Step::broken;
}

}  // namespace inbound_sms::web
