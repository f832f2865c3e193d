#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inbound_sms::tools {

// One command of the tool: a row of the table in main.cpp.
struct Command {
  std::string_view name;
  std::string_view summary;  // one line of `inbound-sms --help`
  // Does it, given the arguments behind the name, and returns the exit code.
  int (*run)(const std::vector<std::string>& arguments);
};

// Says on stderr what went wrong, and returns the exit code.
int fail(const Error& error, int exit_code);

// Prints what was asked for: the exit code says whether it could be written.
int print_page(std::string_view page);

}  // namespace inbound_sms::tools
