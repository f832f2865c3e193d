// inbound-sms, the operator's tool: `inbound-sms COMMAND [OPTION...]`. It reads the log through
// src/log alone and the same settings as the handler; it never talks to the handler.

#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "log/disk.h"
#include "log/follower.h"
#include "log/log_pattern.h"
#include "settings.h"
#include "tools/follow.h"
#include "tools/follow_options.h"
#include "tools/show.h"

namespace {

using namespace inbound_sms;

constexpr std::string_view kVersion = "0.2.0";

constexpr std::string_view kHelp =
    "Usage: inbound-sms COMMAND [OPTION...]\n"
    "\n"
    "Reads the log that inbound-sms.fcgi writes.\n"
    "\n"
    "Commands:\n"
    "  follow      show messages as they arrive\n"
    "\n"
    "  --help      show this page; `inbound-sms COMMAND --help` shows that of a command\n"
    "  --version   show the version\n"
    "\n"
    "Exit codes: 0 done, 64 wrong usage, 74 error of input or output, 78 wrong setting.\n";

int fail(const Error& error, int exit_code) {
  report_to_stderr(error.text);
  return exit_code;
}

// As no-color.org asks: only on a terminal, and not when NO_COLOR is set to anything.
tools::Colour colour_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && !refused && !dumb ? tools::Colour::on : tools::Colour::off;
}

Result<log::LogPattern> log_to_follow(const std::optional<std::string>& given) {
  if (given) {
    Result<log::LogPattern> pattern = log::LogPattern::parse(*given);
    if (!pattern) return Error{EX_USAGE, "follow: --log: " + pattern.error().text};
    return pattern;
  }
  const Result<Settings> settings = read_settings();
  if (!settings) return settings.error();
  return log::LogPattern::parse(settings->log);
}

tools::Format format_of(const tools::FollowOptions& options) {
  if (options.json) return [](const std::string& line) { return line; };
  return [colour = colour_wanted()](const std::string& line) { return tools::show(line, colour); };
}

int follow_command(const std::vector<std::string>& arguments) {
  const Result<tools::FollowOptions> options = tools::parse_follow_options(arguments);
  if (!options) return fail(options.error(), options.error().number);
  if (options->help) {
    std::cout << tools::follow_help() << std::flush;
    return std::cout ? EX_OK : EX_IOERR;
  }
  const Result<log::LogPattern> pattern = log_to_follow(options->log);
  if (!pattern) return fail(pattern.error(), pattern.error().number);

  tools::end_on_signals();
  log::Follower follower(log::posix_disk(), *pattern);
  Status followed = options->last ? follower.skip_to_end(*options->last) : Status(Done{});
  if (followed)
    followed = tools::follow([&] { return follower.next(); }, format_of(*options), STDOUT_FILENO);
  return followed ? EX_OK : fail(followed.error(), EX_IOERR);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << kHelp;
    return EX_USAGE;
  }
  const std::string& command = arguments.front();
  if (command == "follow") return follow_command({arguments.begin() + 1, arguments.end()});
  if (command == "--help" || command == "--version") {
    if (command == "--help")
      std::cout << kHelp << std::flush;
    else
      std::cout << "inbound-sms " << kVersion << std::endl;
    return std::cout ? EX_OK : EX_IOERR;
  }
  return fail({0, "'" + command + "' is no command; `inbound-sms --help` lists them"}, EX_USAGE);
}

}  // namespace

int main(int argc, char** argv) try {
  return run({argv + std::min(argc, 1), argv + argc});
} catch (const std::exception& error) {
  return fail({0, error.what()}, EX_IOERR);
}
