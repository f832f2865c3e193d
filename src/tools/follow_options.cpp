#include "tools/follow_options.h"

#include <sysexits.h>

#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;
namespace style = po::command_line_style;

// Nothing is abbreviated: an abbreviation would break with the next option of the same start.
constexpr int kStyle = style::allow_long | style::long_allow_adjacent | style::long_allow_next;

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

Error usage_error(const std::string& text) {
  return {EX_USAGE, "follow: " + text + "; `inbound-sms follow --help` lists the options"};
}

std::optional<std::size_t> parse_count(const std::string& text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

Result<FollowOptions> options_of(const po::variables_map& given) {
  FollowOptions options;
  options.help = given.count("help") > 0;
  options.json = given.count("json") > 0;
  if (given.count("log") > 0) options.log = given["log"].as<std::string>();
  if (given.count("all") > 0) options.last = std::nullopt;
  if (given.count("last") == 0) return options;

  const std::string& last = given["last"].as<std::string>();
  if (given.count("all") > 0) return usage_error("--all and --last exclude each other");
  options.last = parse_count(last);
  if (!options.last) return usage_error("--last wants a number, not '" + last + "'");
  return options;
}

}  // namespace

Result<FollowOptions> parse_follow_options(const std::vector<std::string>& arguments) {
  const po::options_description options = description();
  const po::positional_options_description no_positional;
  po::variables_map given;
  try {
    po::store(po::command_line_parser(arguments)
                  .options(options)
                  .positional(no_positional)
                  .style(kStyle)
                  .run(),
              given);
  } catch (const po::error& error) {
    return usage_error(error.what());
  }
  return options_of(given);
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
