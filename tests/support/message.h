#pragma once

#include <rapidjson/document.h>

#include <string>

// One short message in the forms in which it may be delivered.
namespace inbound_sms::testing {

// The query or form of a message with this id.
std::string message(const std::string& id);
// The same message as JSON.
std::string json_message(const std::string& id);

// True when a line of the log is that message, whole and as it was delivered.
bool is_message(const rapidjson::Value& line, const std::string& id);

}  // namespace inbound_sms::testing
