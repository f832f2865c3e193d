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

void Past::keep_only(const std::vector<LogFile>& files, FileId also) {
  std::erase_if(positions_, [&](const auto& position) {
    const std::uint64_t inode = position.first;
    return inode != also.inode && std::none_of(files.begin(), files.end(), [&](const LogFile& f) {
             return f.id.inode == inode;
           });
  });
}

Result<Past::Position> Past::start_in(const File& file, FileId id) const {
  const auto known = positions_.find(id.inode);
  if (known == positions_.end()) return Position{};
  const Result<std::optional<CrcDigits>> there = digits_before(file, known->second.offset);
  if (!there) return there.error();
  return *there == known->second.digits ? known->second : Position{};
}

}  // namespace inbound_sms::log
