#include "tools/chain_index.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>

namespace inbound_sms::tools {

namespace {

std::uint32_t crc_of(std::string_view bytes) {
  return std::uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t number_of(std::string_view digits) {
  std::uint32_t number = 0;
  std::from_chars(digits.begin(), digits.end(), number, 16);
  return number;
}

}  // namespace

// crc(digits + body) is crc(digits) times x^(8 * length of body), plus crc(body), where the
// polynomial makes x^(2^32 - 1) one: so to multiply by the rest of that power takes the body back.
std::uint32_t origin_of(const log::LineParts& line) {
  constexpr std::uint64_t kOrder = 0xffffffffu;
  const std::uint64_t rest = kOrder - line.body.size() % kOrder;
  const uLong back = crc32_combine_gen64(z_off64_t(rest));
  return std::uint32_t(crc32_combine_op(number_of(line.digits) ^ crc_of(line.body), 0, back));
}

void ChainIndex::add(const std::optional<log::LineParts>& line) {
  links_.push_back(line ? crc_of(line->digits) : 0);
}

void ChainIndex::close() {
  sorted_.reserve(links_.size());
  for (std::size_t line = 0; line < links_.size(); ++line)
    if (line == 0 || links_[line] != 0) sorted_.emplace_back(links_[line], std::uint32_t(line));
  std::sort(sorted_.begin(), sorted_.end());
}

std::optional<std::uint64_t> ChainIndex::line_with(std::uint32_t origin) const {
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(),
                                      std::pair<std::uint32_t, std::uint32_t>(origin, 0));
  if (found == sorted_.end() || found->first != origin) return std::nullopt;
  return found->second;
}

}  // namespace inbound_sms::tools
