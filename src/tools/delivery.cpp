#include "tools/delivery.h"

#include <cstdio>
#include <utility>

namespace inbound_sms::tools {

namespace {

std::string in_words(const HttpAnswer& answer) {
  return answer.status == 0 ? "no answer (" + answer.error + ")" : std::to_string(answer.status);
}

// "2 x 503, 204": equal answers that follow each other are counted.
std::string answers_of(const std::vector<Attempt>& attempts) {
  std::string text;
  for (std::size_t i = 0, next = 0; i < attempts.size(); i = next) {
    const std::string words = in_words(attempts[i].answer);
    while (next < attempts.size() && in_words(attempts[next].answer) == words) ++next;
    if (i > 0) text += ", ";
    if (next - i > 1) text += std::to_string(next - i) + " x ";
    text += words;
  }
  return text;
}

std::string in_seconds(Moment duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(duration).count());
  return text;
}

}  // namespace

Delivery::Delivery(Event event, const RetrySchedule& schedule, Moment first)
    : event_(std::move(event)), schedule_(schedule), due_(first) {}

bool Delivery::taken() const {
  if (attempts_.empty()) return false;
  const int status = attempts_.back().answer.status;
  return status == 200 || status == 204;
}

void Delivery::attempted(Attempt attempt) {
  attempts_.push_back(std::move(attempt));
  due_ = attempts_.back().ended + wait_before(schedule_, attempts_.size());
  if (taken() || *due_ - attempts_.front().begun > schedule_.end) due_.reset();
}

std::string report_of(const Delivery& delivery) {
  const std::vector<Attempt>& attempts = delivery.attempts();
  if (attempts.empty()) return delivery.event().id + ": not sent";
  const char* const fate =
      delivery.taken() ? "taken" : (delivery.due() ? "not taken yet" : "given up");
  return delivery.event().id + ": " + fate + " after " + std::to_string(attempts.size()) +
         (attempts.size() == 1 ? " attempt in " : " attempts in ") +
         in_seconds(attempts.back().ended - attempts.front().begun) + ": " + answers_of(attempts);
}

}  // namespace inbound_sms::tools
