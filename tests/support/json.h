#pragma once

#include <rapidjson/document.h>
#include <rapidjson/error/error.h>

#include <string>

namespace inbound_sms::testing {

// Parses a text in which a number becomes the string "number " and its spelling, so that two
// documents are equal only when their numbers are spelled alike. Not JSON: std::runtime_error.
rapidjson::Document parse_json(const std::string& text);

// The same; says why where it is not JSON in RapidJSON's eyes, kParseErrorNone where it is.
rapidjson::ParseErrorCode parse_json(const std::string& text, rapidjson::Document& document);

// The value as compact JSON, for the words of a failure.
std::string shown(const rapidjson::Value& value);

// A member that is a string; std::runtime_error when it is not there.
std::string string_of(const rapidjson::Value& object, const char* name);

}  // namespace inbound_sms::testing
