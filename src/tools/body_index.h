#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "log/line.h"

namespace inbound_sms::tools {

// The lines of one file by their bodies, so that those which stand there more than once are found.
// 8 bytes a line, and 4 more during for_each_group().
class BodyIndex {
 public:
  // The lines in their order, the first is number 1; also those that have no body.
  void add(const std::optional<log::LineParts>& line);

  // Calls `visit` with the numbers, in order, of all lines with the same body, where these are two
  // or more. Bodies are told apart by 64 bits of their SHA-256.
  void for_each_group(const std::function<void(std::span<const std::uint32_t> lines)>& visit) const;

 private:
  std::vector<std::uint64_t> hashes_ = {0};  // by number; 0 of a line without a body
};

}  // namespace inbound_sms::tools
