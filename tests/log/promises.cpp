#include "log/promises.h"

#include <algorithm>
#include <unordered_set>

namespace inbound_sms::log {

namespace {

std::vector<Record> batch_of(const std::set<int>& numbers, Time now) {
  std::vector<Record> batch;
  for (const int number : numbers) batch.push_back(message(number, now));
  return batch;
}

// Delivers all of them; says which outcome was wrong.
std::string deliver_again(FakeDisk& machine, JournalOptions options, Recall recall,
                          const FakeClock& clock, const Promises& promises) {
  options.recall = recall;
  Journal journal(std::move(options), machine, clock, [](std::string_view) {});
  const std::vector<Outcome> outcomes = journal.commit(batch_of(promises.offered, clock.time));
  auto outcome = outcomes.begin();
  for (const int number : promises.offered) {
    if (*outcome == Outcome::failed) return std::to_string(number) + " cannot be stored";
    if (*outcome++ == Outcome::stored && promises.acknowledged.count(number) > 0)
      return std::to_string(number) + " was acknowledged, and stored again";
  }
  return "";
}

std::string wrong_content(const FakeDisk& machine, const LogPattern& pattern,
                          const Promises& promises) {
  LogContent content = content_of(machine, pattern);
  if (!content.faults.empty()) return content.faults.front();
  for (const std::string& line : promises.shown)
    if (std::find(content.lines.begin(), content.lines.end(), line) == content.lines.end())
      return "a line that was shown is gone: " + line;
  std::sort(content.messages.begin(), content.messages.end());
  if (std::equal(content.messages.begin(), content.messages.end(), promises.offered.begin(),
                 promises.offered.end()))
    return "";
  std::string text = "the log holds";
  for (const int number : content.messages) text += " " + std::to_string(number);
  return text;
}

std::string broken_afterwards(FakeDisk& machine, const JournalOptions& options, Recall recall,
                              const FakeClock& clock, Promises promises) {
  promises.acknowledged = promises.offered;
  const std::string wrong = deliver_again(machine, options, recall, clock, promises);
  return wrong.empty() ? wrong_content(machine, options.pattern, promises) : wrong;
}

// Most machines end up alike: each is looked at once.
bool is_known_to_end_well(const FakeDisk& machine, const Promises& promises, Recall recall) {
  static std::unordered_set<std::size_t> known;
  std::size_t sum = machine.fingerprint() + std::size_t(recall);
  for (const int number : promises.offered) sum = sum * 31 + std::size_t(number);
  return !known.insert(sum).second;
}

}  // namespace

std::string show(Follower& reader, Promises& promises) {
  while (true) {
    const Result<std::vector<std::string>> lines = reader.next();
    if (!lines) return lines.error().text;
    if (lines->empty()) return "";
    promises.shown.insert(lines->begin(), lines->end());
  }
}

std::string broken_promise(FakeDisk machine, const JournalOptions& options, const FakeClock& clock,
                           Promises promises, Recall first) {
  FakeClock later = clock;
  later.time += std::chrono::seconds(1);  // a line that was taken back and comes again differs
  Follower reader(machine, options.pattern);
  std::string wrong = show(reader, promises);
  if (wrong.empty()) wrong = deliver_again(machine, options, first, later, promises);
  if (wrong.empty()) wrong = wrong_content(machine, options.pattern, promises);
  if (!wrong.empty()) return wrong;
  machine.power_cut();
  wrong = wrong_content(machine, options.pattern, promises);
  const Recall second = first == Recall::memory ? Recall::search : Recall::memory;
  if (wrong.empty() && !is_known_to_end_well(machine, promises, second))
    wrong = broken_afterwards(machine, options, second, later, promises);
  return wrong.empty() ? "" : wrong + ", after a power cut at the end";
}

}  // namespace inbound_sms::log
