#include "tools/arguments.h"

#include <sysexits.h>

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;
namespace style = po::command_line_style;

constexpr int kStyle = style::allow_long | style::long_allow_adjacent | style::long_allow_next;
constexpr char kOperands[] = "operand";

}  // namespace

std::optional<std::string> Arguments::text(const std::string& option) const {
  if (!has(option)) return std::nullopt;
  return given[option].as<std::string>();
}

Result<Arguments> parse_arguments(std::string_view command,
                                  const std::vector<std::string>& arguments,
                                  const po::options_description& options, Operands operands) {
  po::options_description all;
  all.add(options);
  po::positional_options_description positional;
  if (operands == Operands::any) {
    all.add_options()(kOperands, po::value<std::vector<std::string>>());
    positional.add(kOperands, -1);
  }
  Arguments parsed;
  try {
    po::store(
        po::command_line_parser(arguments).options(all).positional(positional).style(kStyle).run(),
        parsed.given);
  } catch (const po::error& error) {
    return usage_error(command, error.what());
  }
  if (parsed.has(kOperands))
    parsed.operands = parsed.given[kOperands].as<std::vector<std::string>>();
  return parsed;
}

Error usage_error(std::string_view command, const std::string& text) {
  const std::string name(command);
  return {EX_USAGE, name + ": " + text + "; `inbound-sms " + name + " --help` lists the options"};
}

}  // namespace inbound_sms::tools
