#include "tools/follow_command.h"

#include <sysexits.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "log/disk.h"
#include "log/follower.h"
#include "log/log_pattern.h"
#include "settings.h"
#include "tools/command.h"
#include "tools/follow.h"
#include "tools/follow_options.h"
#include "tools/show.h"

namespace inbound_sms::tools {

namespace {

// As no-color.org asks: only on a terminal, and not when NO_COLOR is set to anything.
Colour colour_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && !refused && !dumb ? Colour::on : Colour::off;
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

Format format_of(const FollowOptions& options) {
  if (options.json) return [](const std::string& line) { return line; };
  return [colour = colour_wanted()](const std::string& line) { return show(line, colour); };
}

}  // namespace

int follow_command(const std::vector<std::string>& arguments) {
  const Result<FollowOptions> options = parse_follow_options(arguments);
  if (!options) return fail(options.error(), options.error().number);
  if (options->help) return print_page(follow_help());
  const Result<log::LogPattern> pattern = log_to_follow(options->log);
  if (!pattern) return fail(pattern.error(), pattern.error().number);

  end_on_signals();
  log::Follower follower(log::posix_disk(), *pattern);
  Status followed = options->last ? follower.skip_to_end(*options->last) : Status(Done{});
  if (followed)
    followed = follow([&] { return follower.next(); }, format_of(*options), STDOUT_FILENO);
  return followed ? EX_OK : fail(followed.error(), EX_IOERR);
}

}  // namespace inbound_sms::tools
