#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vonage/parameters.h"

// Second, naive answers to what src/ has answers for, written against the standards and not
// against src/: where the two differ, one of them is wrong.
namespace inbound_sms::properties {

// By RapidJSON's validator.
bool is_utf8_too(std::string_view bytes);

// With U+FFFD for each maximal subpart of an ill-formed sequence (Unicode 15, 3.9).
std::string to_utf8_too(std::string_view bytes);

// UTF-8 without a control character (C0, DEL, C1): what may be shown to a person as one line.
bool is_harmless_line(std::string_view text);

// The parts between separators; one more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);

// How application/x-www-form-urlencoded may spell the same bytes.
struct Spelling {
  bool all_escaped = false;      // also what need not be
  bool lower_case = false;       // hex digits
  bool space_is_escape = false;  // %20, not +
};

std::string to_form(std::string_view bytes, Spelling spelling = {});
std::string from_form(std::string_view text);

// Names and values as bytes, in order.
using Pairs = std::vector<std::pair<std::string, std::string>>;
Pairs pairs_of_form(std::string_view form);

bool are_equal(const vonage::Parameters& some, const vonage::Parameters& others);

}  // namespace inbound_sms::properties
