#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace inbound_sms {

// A point in time, UTC, in microseconds: what the log's `received` can hold.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

// The seam for the wall clock. Any thread may call now().
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// The machine's own clock; lives as long as the program.
const Clock& system_clock();

// "2026-11-24T07:30:12.345678Z", always 27 characters for the years 0 to 9999.
std::string to_iso(Time time);

// The reverse of to_iso, for exactly that spelling; nothing for any other text.
std::optional<Time> from_iso(std::string_view text);

}  // namespace inbound_sms
