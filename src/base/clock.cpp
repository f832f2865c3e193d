#include "base/clock.h"

#include <cstdio>

namespace inbound_sms {

namespace {

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

constexpr std::size_t kIsoLength = 27;
constexpr std::string_view kIsoShape = "dddd-dd-ddTdd:dd:dd.ddddddZ";

bool has_iso_shape(std::string_view text) {
  if (text.size() != kIsoLength) return false;
  for (std::size_t i = 0; i < kIsoLength; ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kIsoShape[i] == 'd' ? !digit : text[i] != kIsoShape[i]) return false;
  }
  return true;
}

unsigned number(std::string_view text, std::size_t from, std::size_t length) {
  unsigned value = 0;
  for (const char digit : text.substr(from, length)) value = value * 10 + unsigned(digit - '0');
  return value;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_iso(Time time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                                   int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()),
                                   int(clock.seconds().count()), int(clock.subseconds().count()));
  return std::string(text, std::size_t(length));
}

std::optional<Time> from_iso(std::string_view text) {
  using namespace std::chrono;
  if (!has_iso_shape(text)) return std::nullopt;
  const year_month_day date(year(int(number(text, 0, 4))), month(number(text, 5, 2)),
                            day(number(text, 8, 2)));
  const unsigned hour = number(text, 11, 2), minute = number(text, 14, 2);
  const unsigned second = number(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
         microseconds(number(text, 20, 6));
}

}  // namespace inbound_sms
