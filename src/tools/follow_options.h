#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace inbound_sms::tools {

// What `inbound-sms follow` was asked for.
struct FollowOptions {
  bool help = false;
  bool json = false;
  std::optional<std::size_t> last = 10;  // messages shown before the new ones; nothing: all
  std::optional<std::string> log;        // nothing: the settings'
};

// From the arguments after the command's name. The Error's number is EX_USAGE (64).
Result<FollowOptions> parse_follow_options(const std::vector<std::string>& arguments);

// The page that `follow --help` prints.
std::string follow_help();

}  // namespace inbound_sms::tools
