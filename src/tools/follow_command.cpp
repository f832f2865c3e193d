#include "tools/follow_command.h"

#include <sysexits.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/harmless.h"
#include "log/disk.h"
#include "log/follower.h"
#include "tools/command.h"
#include "tools/follow.h"
#include "tools/follow_options.h"
#include "tools/logs.h"
#include "tools/owner.h"
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

// On a terminal JSON is for a person; to a program go the log's own bytes.
Format json_format() {
  if (::isatty(STDOUT_FILENO) == 1) return harmless_json;
  return [](const std::string& line) { return line; };
}

Format format_of(const FollowOptions& options) {
  if (options.json) return json_format();
  return [colour = colour_wanted()](const std::string& line) { return show(line, colour); };
}

}  // namespace

int follow_command(const std::vector<std::string>& arguments) {
  const Result<FollowOptions> options = parse_follow_options(arguments);
  if (!options) return fail(options.error(), options.error().number);
  if (options->help) return print_page(follow_help());
  const Result<std::vector<log::LogPattern>> logs = logs_for("follow", options->log);
  if (!logs) return fail(logs.error(), logs.error().number);

  if (const Status owner = leave_root_for(logs->front().folder()); !owner)
    return fail(owner.error(), EX_IOERR);
  end_on_signals();
  log::Follower follower(log::posix_disk(), logs->front());
  Status followed = options->last ? follower.skip_to_end(*options->last) : Status(Done{});
  if (followed)
    followed = follow([&] { return follower.next(); }, format_of(*options), STDOUT_FILENO);
  return followed ? EX_OK : fail(followed.error(), EX_IOERR);
}

}  // namespace inbound_sms::tools
