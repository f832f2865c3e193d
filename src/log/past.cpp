#include "log/past.h"

#include <algorithm>

namespace inbound_sms::log {

Status Past::catch_up(const File& file, FileId id, std::uint64_t limit, Time now) {
  Result<Position> position = start_in(file, id);
  if (!position) return position.error();
  ChainCheck chain(position->digits);
  const Time forget_before = now - remember_;
  const Result<std::uint64_t> end =
      scan_lines(file, position->offset, limit, [&](const ScannedLine& line) {
        const std::optional<LineParts> parts = chain.next(line.text);
        if (!parts) return;
        const std::optional<Key> key = key_of_(parts->body);
        const std::optional<Time> received = received_of(parts->body);
        if (key && received) keys_.insert(*key, *received, forget_before);
      });
  if (!end) return end.error();
  const Result<std::optional<CrcDigits>> digits = digits_before(file, *end);
  if (!digits) return digits.error();
  positions_[id.inode] = {*end, *digits};
  return Done{};
}

void Past::add(std::span<const Record* const> stored, FileId id, std::uint64_t end,
               const CrcDigits& digits, Time now) {
  for (const Record* record : stored)
    if (record->key) keys_.insert(*record->key, record->received, now - remember_);
  positions_[id.inode] = {end, digits};
}

void Past::check_against(const std::vector<LogFile>& files) {
  const auto is_there = [&](const auto& position) {
    return std::any_of(files.begin(), files.end(), [&](const LogFile& file) {
      return file.id.inode == position.first && file.size >= position.second.offset;
    });
  };
  if (std::all_of(positions_.begin(), positions_.end(), is_there)) return;
  keys_ = SeenKeys();
  positions_.clear();
}

Result<Past::Position> Past::start_in(const File& file, FileId id) const {
  const auto known = positions_.find(id.inode);
  if (known == positions_.end()) return Position{};
  const Result<std::optional<CrcDigits>> there = digits_before(file, known->second.offset);
  if (!there) return there.error();
  return *there == known->second.digits ? known->second : Position{};
}

}  // namespace inbound_sms::log
