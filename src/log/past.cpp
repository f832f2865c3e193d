#include "log/past.h"

#include <algorithm>

#include "log/search.h"

namespace inbound_sms::log {

namespace {

// So many bytes at the end of a body are the same wherever the key is: of a message some of the
// key's digits, of a rejection at least ,"query":"","body":"". They tell which lines to look at.
constexpr std::size_t kSharedEnd = 21;

// Clocks are set back by a little all the time: what is older than the window by less than this is
// kept, so that all need not be read again.
constexpr std::chrono::minutes kSetBack{1};

}  // namespace

void Past::look_for(std::span<const Record> batch) {
  forget();
  wanted_.clear();
  for (const Record& record : batch)
    if (record.key && record.body.size() >= kSharedEnd)
      wanted_.push_back({*record.key, record.body.substr(record.body.size() - kSharedEnd)});
}

Status Past::catch_up(const File& file, FileId id, std::uint64_t limit, Time now) {
  if (recall_ == Recall::search) return search(file, limit, forget_before(now));
  Result<Position> position = start_in(file, id);
  if (!position) return position.error();
  ChainCheck chain(position->digits);
  const Time too_old = forget_before(now);
  const Result<std::uint64_t> end =
      scan_lines(file, position->offset, limit, [&](const ScannedLine& line) {
        if (const auto parts = chain.next(line.text)) take(*parts, too_old);
      });
  if (!end) return end.error();
  const Result<std::optional<CrcDigits>> digits = digits_before(file, *end);
  if (!digits) return digits.error();
  positions_[id.inode] = {*end, *digits};
  return Done{};
}

Status Past::search(const File& file, std::uint64_t limit, Time forget_before) {
  for (const Wanted& wanted : wanted_) {
    const auto has_its_key = [&](const FoundLine& line) {
      const std::optional<LineParts> parts = ChainCheck(line.before).next(line.text);
      return parts && key_of_(parts->body) == wanted.key;
    };
    const Result<std::vector<FoundLine>> lines = find_lines(file, limit, wanted.end, has_its_key);
    if (!lines) return lines.error();
    for (const FoundLine& line : *lines) take(*take_apart(line.text), forget_before);
  }
  return Done{};
}

void Past::take(const LineParts& line, Time forget_before) {
  const std::optional<Key> key = key_of_(line.body);
  const std::optional<Time> received = received_of(line.body);
  if (key && received) keys_.insert(*key, *received, forget_before);
}

void Past::add(std::span<const Record* const> stored, FileId id, std::uint64_t end,
               const CrcDigits& digits, Time now) {
  for (const Record* record : stored)
    if (record->key) keys_.insert(*record->key, record->received, forget_before(now));
  positions_[id.inode] = {end, digits};
}

Time Past::forget_before(Time now) const {
  return now - remember_ - kSetBack;
}

bool Past::passes_over(Time end, Time now) {
  if (end >= forget_before(now)) return false;
  passed_over_ = std::max(passed_over_, end);
  return true;
}

bool Past::reaches_back(Time now) const {
  return std::max(passed_over_, keys_.newest_forgotten()) < now - remember_;
}

void Past::check_against(const std::vector<LogFile>& files, Time now) {
  const auto is_there = [&](const auto& position) {
    return std::any_of(files.begin(), files.end(), [&](const LogFile& file) {
      return file.id.inode == position.first && file.size >= position.second.offset;
    });
  };
  if (!reaches_back(now) || !std::all_of(positions_.begin(), positions_.end(), is_there)) forget();
}

void Past::forget() {
  keys_ = SeenKeys();
  positions_.clear();
  passed_over_ = Time::min();
}

Result<Past::Position> Past::start_in(const File& file, FileId id) const {
  const auto known = positions_.find(id.inode);
  if (known == positions_.end()) return Position{};
  const Result<std::optional<CrcDigits>> there = digits_before(file, known->second.offset);
  if (!there) return there.error();
  return *there == known->second.digits ? known->second : Position{};
}

}  // namespace inbound_sms::log
