#pragma once

#include <optional>
#include <string>

#include "log/disk.h"
#include "log/log_pattern.h"
#include "tools/http_connection.h"
#include "tools/remark.h"
#include "tools/signing.h"

namespace inbound_sms::tools {

// What an answer to the URL check (a GET without parameters, as Vonage's dashboard sends it) says
// of the way to the handler. Pure.
Remark judge_answer(const HttpAnswer& answer);

// What can be said against the URL itself, and against the address at which it was found, when
// Vonage is to call it. Pure; empty where there is nothing.
Remarks judge_url(const std::string& url, const std::string& address);

// Asks the URL as Vonage's dashboard does.
Remarks check_url(const std::string& url);

// Sends a test message to the URL twice, as Vonage does that repeats a delivery: by GET and as a
// form by POST, or, where only tokens are taken, twice as the Messages API. Both have to be
// answered 204, and the message has to be on the log once.
Remarks check_message(const std::string& url, log::Disk& disk, const log::LogPattern& log,
                      const std::optional<Signing>& signing);

// Sends test messages that do not prove that Vonage sent them, to a handler that takes those which
// are signed so: each has to be turned away.
Remark check_forgery(const std::string& url, const Signing& signing);

}  // namespace inbound_sms::tools
