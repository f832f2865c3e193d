#pragma once

#include <string>

#include "receiver.h"

namespace inbound_sms::properties {

// All that a verdict says, so that two can be compared.
std::string to_text(const Verdict& verdict);

// What holds for every verdict, whatever the request was: the statuses, texts and records are
// those of the tables in README.md and doc/log-format.md.
void check_verdict(const web::Request& request, Time received, const Verdict& verdict);

// The `message` of a record.
std::string message_of(const log::Record& record);

}  // namespace inbound_sms::properties
