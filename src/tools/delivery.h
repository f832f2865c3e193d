#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tools/event.h"
#include "tools/http_connection.h"
#include "tools/retry_schedule.h"

namespace inbound_sms::tools {

// A point in time since a run of deliveries began. Whose clock that is, the caller knows: nothing
// here reads one.
using Moment = std::chrono::microseconds;

struct Attempt {
  Moment begun, ended;
  HttpAnswer answer;
};

// One event on its way: it is sent, and repeated by its schedule, until it is taken (200 or 204)
// or given up. The caller does the sending.
class Delivery {
 public:
  Delivery(Event event, const RetrySchedule& schedule, Moment first = Moment(0));

  const Event& event() const { return event_; }
  const std::vector<Attempt>& attempts() const { return attempts_; }

  // When the next attempt is to begin; nothing once it was taken or given up.
  std::optional<Moment> due() const { return due_; }
  bool taken() const;

  // An attempt was made, not before it was due.
  void attempted(Attempt attempt);

 private:
  Event event_;
  RetrySchedule schedule_;
  std::vector<Attempt> attempts_;
  std::optional<Moment> due_;
};

// One line for a person: "0C01: taken after 3 attempts in 15.2 s: 2 x 503, 204".
std::string report_of(const Delivery& delivery);

}  // namespace inbound_sms::tools
