#include "tools/replay.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>
#include <variant>

#include "base/digest.h"
#include "log/past.h"
#include "log/scan.h"
#include "tools/rejected.h"
#include "tools/verify.h"

namespace inbound_sms::tools {

namespace {

// Each batch is one sync, for which handlers that run have to wait.
constexpr std::size_t kBatch = 256;                         // lines
constexpr std::size_t kBatchBytes = std::size_t{4} << 20U;  // of records

Replayed rejected(std::uint64_t line, std::string why) {
  return {line, Fate::rejected, std::move(why)};
}

// What the receiver makes of one line: a record for the store, or the end of it.
struct Judged {
  Replayed replayed;  // its fate is not known yet where there is a record
  std::optional<log::Record> record;
};

Judged judge(std::uint64_t line, std::string_view text, const ReplayRules& rules) {
  const std::optional<RejectedRequest> found = rejected_request(text);
  if (!found) return {rejected(line, "this is no record of a rejected request"), {}};
  Verdict verdict = receive(found->request, found->received, rules.receiver, rules.secrets);
  if (rules.without_proof && std::holds_alternative<Rejection>(verdict))
    verdict = receive(found->request, found->received, ReceiverOptions{});
  if (const auto* rejection = std::get_if<Rejection>(&verdict))
    return {rejected(line, rejection->kept.text), {}};
  if (const auto* immediate = std::get_if<Immediate>(&verdict))
    return {rejected(line, "there is no message in it: " + immediate->report), {}};
  if (!rules.receiver.proof && !rules.without_proof)
    return {rejected(line,
                     "INBOUND_SMS_SIGNATURE_METHOD is not set here, so nothing can prove "
                     "that Vonage sent it (--without-proof takes it)"),
            {}};
  Accepted& accepted = std::get<Accepted>(verdict);
  accepted.record.key = replay_key(accepted.record.body);
  return {{line, Fate::failed, std::move(accepted.name)}, std::move(accepted.record)};
}

Fate fate_of(log::Outcome outcome) {
  switch (outcome) {
    case log::Outcome::stored:
      return Fate::stored;
    case log::Outcome::duplicate:
      return Fate::known;
    case log::Outcome::failed:
      break;
  }
  return Fate::failed;
}

// Lines on their way to the store.
class Batch {
 public:
  Batch(const log::Store& store, const std::function<void(const Replayed&)>& visit)
      : store_(store), visit_(visit) {}

  void add(Judged judged) {
    has_record_.push_back(judged.record.has_value());
    lines_.push_back(std::move(judged.replayed));
    if (!judged.record) return;
    bytes_ += judged.record->body.size();
    records_.push_back(std::move(*judged.record));
  }

  bool is_full() const { return lines_.size() >= kBatch || bytes_ >= kBatchBytes; }

  // False where the store failed.
  bool commit() {
    std::vector<log::Outcome> outcomes;
    if (!records_.empty()) outcomes = store_(records_);
    auto outcome = outcomes.begin();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (has_record_[i]) lines_[i].fate = fate_of(*outcome++);
      visit_(lines_[i]);
    }
    records_.clear();
    lines_.clear();
    has_record_.clear();
    bytes_ = 0;
    return std::count(outcomes.begin(), outcomes.end(), log::Outcome::failed) == 0;
  }

 private:
  const log::Store& store_;
  const std::function<void(const Replayed&)>& visit_;
  std::vector<Replayed> lines_;
  std::vector<bool> has_record_;  // by line
  std::vector<log::Record> records_;
  std::size_t bytes_ = 0;
};

// Calls `visit` for each line that is proven to be as it was written.
Status for_each_sound_line(const RejectedFile& file,
                           const std::function<void(std::uint64_t, std::string_view)>& visit) {
  std::uint64_t line = 0;
  auto finding = file.diagnosis.findings.begin();
  const auto look = [&](const log::ScannedLine& scanned) {
    ++line;
    const bool found = finding != file.diagnosis.findings.end() && finding->line == line;
    if (found && (finding++)->worth != Worth::sound) return;
    visit(line, scanned.text);
  };
  const Result<std::uint64_t> end = log::scan_lines(*file.file, 0, file.diagnosis.end, look);
  return end ? Status(Done{}) : end.error();
}

// What the log holds up to where it is synced.
Status read_into(log::Past& past, log::Disk& disk, const log::LogPattern& log, Time now) {
  const Result<std::vector<log::LogFile>> files = log.list(disk);
  if (!files) return files.error();
  for (const log::LogFile& listed : *files) {
    if (past.passes_over(log.end_of(listed.base), now)) continue;
    const Result<std::unique_ptr<log::File>> file =
        log::open_listed(disk, listed, log::Disk::Open::read);
    if (!file) return file.error();
    const auto mark = mark_of(disk, log, listed.path, listed.id);
    if (!mark) return mark.error();
    const std::uint64_t end = *mark ? std::min((*mark)->length, listed.size) : listed.size;
    if (const Status read = past.catch_up(**file, listed.id, end, now); !read) return read;
  }
  return Done{};
}

}  // namespace

std::optional<log::Key> replay_key(std::string_view body) {
  if (const std::optional<log::Key> key = log::message_key(body)) return key;
  const Sha256 digest = sha256(body);
  log::Key key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

Status replay(const RejectedFile& file, const ReplayRules& rules, const log::Store& store,
              const std::function<void(const Replayed&)>& visit) {
  Batch batch(store, visit);
  bool well = true;
  const Status read = for_each_sound_line(file, [&](std::uint64_t line, std::string_view text) {
    if (!well) return;
    batch.add(judge(line, text, rules));
    if (batch.is_full()) well = batch.commit();
  });
  if (well) well = batch.commit();
  if (!read) return read;
  return well ? Status(Done{}) : Error{EIO, "the log did not take all of " + file.name};
}

Result<std::chrono::microseconds> reach_of(const std::vector<RejectedFile>& files,
                                           std::chrono::microseconds remember, Time now) {
  std::chrono::microseconds farthest(0);
  for (const RejectedFile& file : files) {
    const Status read = for_each_sound_line(file, [&](std::uint64_t, std::string_view text) {
      if (const std::optional<Time> received = log::received_of(text))
        farthest = std::max(farthest, std::chrono::abs(now - *received));
    });
    if (!read) return read.error();
  }
  // A message that was stored first and rejected later came before with a proof that was still
  // taken then: it is that much older at most.
  return farthest + remember;
}

Result<log::Store> store_that_only_looks(log::Disk& disk, const log::LogPattern& log,
                                         std::chrono::microseconds reach, Time now) {
  const auto past = std::make_shared<log::Past>(replay_key, reach, log::Recall::memory);
  if (const Status read = read_into(*past, disk, log, now); !read) return read.error();
  const auto looked_at = std::make_shared<std::set<log::Key>>();
  return log::Store([=](std::span<const log::Record> batch) {
    std::vector<log::Outcome> outcomes;
    for (const log::Record& record : batch) {
      const bool is_new = !past->holds(*record.key, now) && looked_at->insert(*record.key).second;
      outcomes.push_back(is_new ? log::Outcome::stored : log::Outcome::duplicate);
    }
    return outcomes;
  });
}

}  // namespace inbound_sms::tools
