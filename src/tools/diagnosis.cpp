#include "tools/diagnosis.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "log/line.h"
#include "log/record.h"
#include "log/scan.h"
#include "tools/body_index.h"
#include "tools/chain_index.h"

namespace inbound_sms::tools {

namespace {

// What can be seen to be wrong with a line whose crc is not right; empty where it is a whole
// record.
std::string_view damage_of(std::string_view line, const std::optional<log::LineParts>& parts) {
  if (line.empty()) return "it is empty";
  if (line.find('\0') != std::string_view::npos) return "it holds NUL bytes";
  if (line.ends_with('\r')) return "it ends in a carriage return";
  if (!parts) return "it does not end in ,\"crc\":\"xxxxxxxx\"}";
  if (!log::is_whole_record(line)) return "it is not one record of a log";
  return {};
}

// A line that does not follow from the one before it.
struct Suspect {
  std::uint64_t line = 0;
  std::string_view damage = {};                 // of the record; empty: none that can be seen
  std::optional<std::uint32_t> origin = {};     // where it is a whole record
  std::optional<log::CrcDigits> computed = {};  // what its digits would be if it stood at its place
  bool only_crc = false;                        // the line behind it follows from `computed`
  bool behind_digits = true;                    // the line before it has digits to follow from
  std::optional<std::uint64_t> before = {};     // the line behind which it was written
};

// Goes through the lines of a file in order, and keeps those that do not follow from each other.
class Reading {
 public:
  void take(const log::ScannedLine& line) {
    ++lines_;
    std::optional<log::LineParts> parts;
    if (line.is_whole()) parts = log::take_apart(line.text);
    if (!follows(parts) && !follows_from_computed(parts)) {
      suspect(line, parts);
    } else {
      computed_ = std::nullopt;
      if (!log::received_of(parts->body))
        suspects_.push_back({lines_, "it is not one record of a log"});
    }
    digits_ = std::nullopt;
    if (parts) digits_ = log::CrcDigits(parts->digits);
    index_.add(parts);
    bodies_.add(parts);
  }

  std::uint64_t lines() const { return lines_; }
  bool would_follow(std::string_view line) const {
    const std::optional<log::LineParts> parts = log::take_apart(line);
    return follows(parts) && log::received_of(parts->body);
  }

  ChainIndex& index() { return index_; }
  const BodyIndex& bodies() const { return bodies_; }
  std::vector<Suspect>& suspects() { return suspects_; }

 private:
  bool follows(const std::optional<log::LineParts>& parts) const {
    return parts && digits_ && log::chain_crc(*digits_, parts->body) == parts->digits;
  }

  // Then only the crc of the line before is damaged.
  bool follows_from_computed(const std::optional<log::LineParts>& parts) {
    if (!parts || !computed_ || log::chain_crc(*computed_, parts->body) != parts->digits)
      return false;
    suspects_.back().only_crc = true;
    return true;
  }

  void suspect(const log::ScannedLine& line, const std::optional<log::LineParts>& parts) {
    const std::string_view text = line.text;
    Suspect found{lines_, line.is_whole() ? damage_of(text, parts) : "it is too long"};
    if (found.damage.empty()) found.origin = origin_of(*parts);
    found.behind_digits = digits_.has_value();
    // Only of what was a record once, for which its crc is all that can be damaged.
    computed_ = std::nullopt;
    if (digits_ && line.is_whole() && text.size() >= log::kCrcLength && log::received_of(text))
      computed_ = log::chain_crc(*digits_, text.substr(0, text.size() - log::kCrcLength));
    found.computed = computed_;
    suspects_.push_back(std::move(found));
  }

  std::uint64_t lines_ = 0;
  std::optional<log::CrcDigits> digits_ = "";  // of the line before; empty at the start of the file
  std::optional<log::CrcDigits> computed_;     // of the line before, where it is suspect
  ChainIndex index_;
  BodyIndex bodies_;
  std::vector<Suspect> suspects_;
};

// Tells, of the suspects of a file, which are at fault and how.
class Judgement {
 public:
  Judgement(const ChainIndex& index, const BodyIndex& bodies, std::vector<Suspect>& suspects)
      : suspects_(suspects) {
    if (suspects.empty()) return;
    for (Suspect& suspect : suspects)
      if (suspect.origin && !suspect.only_crc) suspect.before = index.line_with(*suspect.origin);
    bodies.for_each_group([this](std::span<const std::uint32_t> lines) { find_repeats(lines); });
    std::sort(repeats_.begin(), repeats_.end());
    for (const Suspect& suspect : suspects) strangers_.push_back(suspect.line);
    for (const Repeat& repeat : repeats_) strangers_.push_back(repeat.first);
    std::sort(strangers_.begin(), strangers_.end());
    strangers_.erase(std::unique(strangers_.begin(), strangers_.end()), strangers_.end());
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    for (const auto& [line, original] : repeats_)
      found.push_back({line, "it is line " + std::to_string(original) + " once more", Worth::lost});
    for (const Suspect& suspect : suspects_)
      if (std::optional<Finding> finding = judge(suspect)) found.push_back(std::move(*finding));
    // Lines may excuse each other in a ring; that the file is not in order has to be said.
    if (found.empty() && !suspects_.empty()) found.push_back(out_of_place(suspects_.front()));
    std::sort(found.begin(), found.end(),
              [](const Finding& a, const Finding& b) { return a.line < b.line; });
    return found;
  }

 private:
  using Repeat = std::pair<std::uint64_t, std::uint64_t>;  // a line, and the equal one that stays

  // Of lines with the same body the one that is proven best stays, the first of these.
  void find_repeats(std::span<const std::uint32_t> lines) {
    std::uint64_t stays = 0;
    int least = 3;
    for (const std::uint64_t line : lines) {
      const int doubts = doubts_about(line);
      if (doubts < least) stays = line;
      least = std::min(least, doubts);
    }
    for (const std::uint64_t line : lines)
      if (line != stays && doubts_about(line) < 3) repeats_.emplace_back(line, stays);
  }

  // 0: none; 1: its message is proven; 2: it is not; 3: it is damaged.
  int doubts_about(std::uint64_t line) const {
    const Suspect* const suspect = find(line);
    if (!suspect) return 0;
    if (!suspect->damage.empty()) return 3;
    return suspect->only_crc || suspect->before ? 1 : 2;
  }

  std::optional<Finding> judge(const Suspect& it) const {
    if (is_repeated(it)) return std::nullopt;  // that is said already
    if (it.only_crc)
      return Finding{it.line,
                     "its crc is damaged, it should be " + *it.computed +
                         "; its message is sound, as the next line shows",
                     Worth::sound};
    if (!it.damage.empty())
      return Finding{it.line, "damaged: " + std::string(it.damage), Worth::lost};
    if (!it.before) return unproven(it);
    if (is_behind_a_swapped_one(it)) return std::nullopt;
    if (const Suspect* const other = partner_of(it))
      return Finding{it.line, "swapped with line " + std::to_string(other->line), Worth::sound};
    if (is_behind_strangers(it) || is_behind_a_gap(it)) return std::nullopt;
    return out_of_place(it);
  }

  static Finding out_of_place(const Suspect& it) {
    const std::string place =
        *it.before == 0 ? "to the start of the file" : "behind line " + std::to_string(*it.before);
    return {it.line, "out of place: it belongs " + place, Worth::sound};
  }

  static Finding unproven(const Suspect& it) {
    if (!it.behind_digits)
      return {it.line, "nothing shows whether it is sound, since the line before it has no crc",
              Worth::unproven};
    return {it.line, "it was changed, or a line before it is missing", Worth::unproven};
  }

  const Suspect* find(std::uint64_t line) const {
    const auto found =
        std::lower_bound(suspects_.begin(), suspects_.end(), line,
                         [](const Suspect& suspect, std::uint64_t n) { return suspect.line < n; });
    return found == suspects_.end() || found->line != line ? nullptr : &*found;
  }

  bool is_repeated(const Suspect& it) const {
    const auto found = std::lower_bound(repeats_.begin(), repeats_.end(), Repeat(it.line, 0));
    return found != repeats_.end() && found->first == it.line;
  }

  static bool are_swapped(const Suspect& first, const Suspect& second) {
    const bool neighbours = first.line + 1 == second.line;
    return second.before == first.line - 1 &&
           first.before == (neighbours ? second.line : second.line - 1);
  }

  // The line with which this one was swapped.
  const Suspect* partner_of(const Suspect& it) const {
    for (const std::uint64_t place : {*it.before + 1, *it.before}) {
      const Suspect* const other = find(place);
      if (other && other->before && !is_repeated(*other) &&
          are_swapped(*std::min(&it, other), *std::max(&it, other)))
        return other;
    }
    return nullptr;
  }

  // The three ways in which a line is suspect that stands where it should, since others do not.
  bool is_behind_a_swapped_one(const Suspect& it) const {
    const Suspect* const above = find(it.line - 1);
    const Suspect* const missed = find(*it.before);
    return above && above->before && missed && partner_of(*above) == missed;
  }

  bool is_behind_strangers(const Suspect& it) const {
    if (*it.before + 1 >= it.line) return false;
    const auto between = std::ptrdiff_t(it.line - 1 - *it.before);
    const auto here = std::lower_bound(strangers_.begin(), strangers_.end(), it.line);
    return here - strangers_.begin() >= between && *(here - between) == *it.before + 1;
  }

  // The line between it and the one above it stands elsewhere.
  bool is_behind_a_gap(const Suspect& it) const {
    const Suspect* const missed = find(*it.before);
    return missed && missed->before == it.line - 1;
  }

  const std::vector<Suspect>& suspects_;
  std::vector<Repeat> repeats_;           // by line
  std::vector<std::uint64_t> strangers_;  // both, by line
};

}  // namespace

Result<Diagnosis> diagnose(const log::File& file, std::uint64_t size) {
  Reading reading;
  const Result<std::uint64_t> end =
      log::scan_lines(file, 0, size, [&](const log::ScannedLine& line) { reading.take(line); });
  if (!end) return end.error();
  if (!reading.suspects().empty()) reading.index().close();
  Diagnosis diagnosis{size, reading.lines(), *end,
                      Judgement(reading.index(), reading.bodies(), reading.suspects()).findings()};
  if (*end == size) return diagnosis;

  const std::size_t shown(std::min<std::uint64_t>(size - *end, log::kLongestLine));
  const Result<std::string> rest = file.read_at(*end, shown);
  if (!rest) return rest.error();
  Finding torn{reading.lines() + 1,
               "torn: " + std::to_string(size - *end) + " bytes without an end", Worth::lost};
  if (reading.would_follow(*rest))
    torn = {torn.line, "the newline at its end is missing", Worth::sound};
  diagnosis.findings.push_back(std::move(torn));
  return diagnosis;
}

}  // namespace inbound_sms::tools
