#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace inbound_sms::log {

// What makes two deliveries the same message: 16 bytes, on the log as 32 hex digits.
using Key = std::array<std::uint8_t, 16>;

std::optional<Key> key_from_hex(std::string_view text);  // exactly 32 lower-case hex digits

// What must have happened to a record before it counts as stored.
enum class Durability {
  synced,   // it is on stable storage
  written,  // it is in the file, and a power cut may take it: nobody relies on it
};

// One line of a log, complete but for its crc, which depends on the line before it.
struct Record {
  Time received;
  std::optional<Key> key;  // none: never taken for a repeat
  std::string body;        // from `{` to the last byte before `,"crc":"`
  Durability durability = Durability::synced;
};

// The members of a message's record, in the order of the log (doc/log-format.md).
struct MessageRecord {
  Time received;
  std::string_view kind;
  std::string_view format;
  std::string_view remote;     // any bytes
  std::string_view signature;  // "valid" or "none"
  std::string_view message;    // one JSON object, compact, UTF-8
  std::string_view raw;        // the request's own bytes where `message` could not hold them
  bool has_raw = false;
  std::optional<Key> key;
};

Record to_record(const MessageRecord& message);

// The members of a rejected request's record. All may hold any bytes.
struct RejectedRecord {
  Time received;
  std::string_view reason;
  int status = 0;
  std::string_view method;
  std::string_view content_type;
  std::optional<std::string_view> authorization;
  std::string_view remote;
  std::string_view query;
  std::string_view body;
};

// Its key is taken from what was sent (method, content_type, authorization, query, body), so the
// same bytes again are the same record.
Record to_record(const RejectedRecord& rejected);

// The key that a line's body carries, found by comparing text at its place, without parsing.
std::optional<Key> message_key(std::string_view body);
std::optional<Key> rejected_key(std::string_view body);

// When the line's request was whole, read at its place at the start of the body.
std::optional<Time> received_of(std::string_view body);

// True when a line (its crc included) is one JSON object of the kind above: it begins with
// `received`, is UTF-8 without control characters, and its strings, braces and brackets close.
bool is_whole_record(std::string_view line);

}  // namespace inbound_sms::log
