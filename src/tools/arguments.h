#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inbound_sms::tools {

// What a command was given: `given["name"]` of its options, and its operands.
struct Arguments {
  boost::program_options::variables_map given;
  std::vector<std::string> operands;

  bool has(const std::string& option) const { return given.count(option) > 0; }
  // The text that came with the option.
  std::optional<std::string> text(const std::string& option) const;
};

enum class Operands : bool { none, any };

// Reads the arguments behind the command's name. No option may be abbreviated: an abbreviation
// would break with the next option of the same start. The Error's number is EX_USAGE (64).
Result<Arguments> parse_arguments(std::string_view command,
                                  const std::vector<std::string>& arguments,
                                  const boost::program_options::options_description& options,
                                  Operands operands);

// What is wrong with the arguments of a command, and where to read how they should be.
Error usage_error(std::string_view command, const std::string& text);

}  // namespace inbound_sms::tools
