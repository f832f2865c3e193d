#include "tools/follow_options.h"

#include <charconv>
#include <sstream>

#include "tools/arguments.h"

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kCommand = "follow";

po::options_description description() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("json", "show the log's lines as they are, one JSON object each");
  add("all", "begin with the oldest message on the log");
  add("last", po::value<std::string>()->value_name("N"),
      "begin with the last N messages (default 10)");
  add("log", po::value<std::string>()->value_name("PATTERN"),
      "follow this log instead of that of INBOUND_SMS_LOG");
  add("help", "show this page");
  return options;
}

std::optional<std::size_t> parse_count(const std::string& text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

Result<FollowOptions> options_of(const Arguments& arguments) {
  FollowOptions options;
  options.help = arguments.has("help");
  options.json = arguments.has("json");
  options.log = arguments.text("log");
  if (arguments.has("all")) options.last = std::nullopt;
  if (!arguments.has("last")) return options;

  const std::string last = *arguments.text("last");
  if (arguments.has("all")) return usage_error(kCommand, "--all and --last exclude each other");
  options.last = parse_count(last);
  if (!options.last) return usage_error(kCommand, "--last wants a number, not '" + last + "'");
  return options;
}

}  // namespace

Result<FollowOptions> parse_follow_options(const std::vector<std::string>& arguments) {
  const Result<Arguments> parsed =
      parse_arguments(kCommand, arguments, description(), Operands::none);
  if (!parsed) return parsed.error();
  return options_of(*parsed);
}

std::string follow_help() {
  std::ostringstream page;
  page << "Usage: inbound-sms follow [--json] [--all | --last N] [--log PATTERN]\n"
          "\n"
          "Shows each message as it reaches the log, until Ctrl-C. Times are UTC.\n"
          "\n"
       << description()
       << "\n"
          "Where the log is, it reads from the handler's settings: INBOUND_SMS_LOG in the\n"
          "environment or in the settings file. Run it as the user that the handler runs as.\n"
          "\n"
          "Examples:\n"
          "  inbound-sms follow --last 100\n"
          "  inbound-sms follow --json --all | jq -r .message.text\n";
  return page.str();
}

}  // namespace inbound_sms::tools
