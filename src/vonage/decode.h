#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "vonage/parameters.h"

namespace inbound_sms::vonage {

enum class Method { get, post };

// The parts of an HTTP request in which Vonage puts its parameters, undecoded.
struct Submission {
  Method method;
  std::string_view query;         // what follows the `?` of the URL
  std::string_view content_type;  // the header's value, parameters included
  std::string_view body;          // of a GET: never looked at
};

constexpr std::string_view kFromQuery = "query", kFromForm = "form", kFromJson = "json";

struct Delivery {
  std::string_view format;  // one of the above: where the parameters were found
  Parameters parameters;    // none: nothing was delivered, somebody looked whether the URL answers
  std::optional<std::string_view> raw;  // the part they came from, where they could not hold it all
};

// Finds the parameters, whichever of the three forms the account is set to. A body is JSON by its
// label, or when it begins with `{` and parses; else a form, whatever its label. The query string
// of a POST counts only when its body has no parameters.
// The error: a body labelled JSON that is not one JSON object, with what and where. `raw` is a part
// of the submission.
Result<Delivery> decode(const Submission& submission);

}  // namespace inbound_sms::vonage
