#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "vonage/kind.h"
#include "vonage/parameters.h"

namespace inbound_sms::tools {

// One thing of which Vonage tells a webhook: a message, a part of one, a receipt.
struct Event {
  vonage::Kind kind;
  std::string id;  // messageId, or message_uuid of the Messages API
  // In Vonage's order. Without `message-timestamp`, which is new for each attempt.
  vonage::Parameters parameters;
};

// What somebody wrote to a number of ours.
struct Sms {
  std::string from = "447700900001";  // msisdn without a +, or an alphanumeric sender
  std::string to = "447700900000";
  std::string id = {};
  std::string text = "Hello";  // UTF-8
};

// As the SMS API delivers it: one event, or one for each part of a concatenated message. A part
// has an id of its own, that of the message and its number. `reference` (decimal or hex) is what
// the phone marked the parts with. A text beyond ASCII is split as UTF-16.
std::vector<Event> sms_events(const Sms& sms, const std::string& reference = "78");

// As the Messages API delivers it: joined, and always as JSON.
Event message_event(const Sms& sms, Time sent);

// Tells what became of the message `id` that we sent `from` our number `to` a phone.
struct Receipt {
  std::string from = "447700900000";
  std::string to = "447700900001";
  std::string id = {};
  std::string status = "delivered";
  std::string err_code = "0";
};
Event receipt_event(const Receipt& receipt, Time sent);

}  // namespace inbound_sms::tools
