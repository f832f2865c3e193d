#include "tools/body_index.h"

#include <algorithm>
#include <cstring>

#include "base/digest.h"

namespace inbound_sms::tools {

void BodyIndex::add(const std::optional<log::LineParts>& line) {
  std::uint64_t hash = 0;
  if (line) std::memcpy(&hash, sha256(line->body).data(), sizeof hash);
  hashes_.push_back(hash);
}

void BodyIndex::for_each_group(
    const std::function<void(std::span<const std::uint32_t> lines)>& visit) const {
  std::vector<std::uint32_t> lines;
  for (std::size_t line = 0; line < hashes_.size(); ++line)
    if (hashes_[line] != 0) lines.push_back(std::uint32_t(line));
  std::sort(lines.begin(), lines.end(), [this](std::uint32_t a, std::uint32_t b) {
    return std::pair(hashes_[a], a) < std::pair(hashes_[b], b);
  });
  for (auto from = lines.begin(), to = from; from != lines.end(); from = to) {
    to = std::find_if(from, lines.end(),
                      [&](std::uint32_t line) { return hashes_[line] != hashes_[*from]; });
    if (to - from > 1) visit({from, to});
  }
}

}  // namespace inbound_sms::tools
