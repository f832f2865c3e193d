#include "log/journal.h"

#include <algorithm>
#include <cerrno>
#include <new>

namespace inbound_sms::log {

namespace {

constexpr int kLooks = 3;  // at files that somebody renames meanwhile

}  // namespace

Journal::Journal(JournalOptions options, Disk& disk, const Clock& clock, Report report)
    : options_(std::move(options)),
      disk_(disk),
      clock_(clock),
      report_(std::move(report)),
      past_(options_.key_of, options_.remember, options_.recall) {}

std::vector<Outcome> Journal::commit(std::span<const Record> batch) {
  std::vector<Outcome> outcomes(batch.size(), Outcome::failed);
  const auto number_of = [&](Outcome outcome) {
    return std::count(outcomes.begin(), outcomes.end(), outcome);
  };
  Status done = try_commit(batch, outcomes);
  if (done && number_of(Outcome::failed) > 0)
    done = Error{EDQUOT, options_.pattern.folder() + " is full: its files may hold " +
                             std::to_string(options_.max_bytes) + " bytes together"};
  // After a failure nothing that is known of the files is relied on any more.
  if (!done) log_.reset();
  // Repeats alone do not show that the log can be written.
  if (!done || number_of(Outcome::stored) > 0) say_how_it_went(done);
  return outcomes;
}

// Memory runs out where much of it is needed, for a large batch or for what is remembered: that is
// no reason to end the process.
Status Journal::try_commit(std::span<const Record> batch, std::vector<Outcome>& outcomes) try {
  return commit_locked(batch, outcomes);
} catch (const std::bad_alloc&) {
  past_.forget();
  return system_error(ENOMEM, {"commit"});
}

Status Journal::commit_locked(std::span<const Record> batch, std::vector<Outcome>& outcomes) {
  const Result<std::unique_ptr<Lock>> lock = lock_folder();
  if (!lock) return lock.error();
  const Time now = clock_.now();
  if (options_.recall == Recall::search) {
    past_.look_for(batch);
    log_.reset();  // all files of the window are gone through anew
  }
  const Status is_ready = ready(now);
  if (!is_ready) return is_ready;

  const Plan plan = plan_for(batch, now);
  Status appended = Done{};
  if (!plan.stored.empty()) appended = append(plan);
  if (appended && !plan.stored.empty())
    past_.add(plan.stored, log_->id(), log_->length(), plan.digits, now);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    // A repeat of a record that came in this batch is only as good as that one.
    const bool lost = !appended && !(batch[i].key && past_.holds(*batch[i].key, now));
    outcomes[i] = lost ? Outcome::failed : plan.outcomes[i];
  }
  return appended;
}

Result<std::unique_ptr<Lock>> Journal::lock_folder() {
  const std::string& folder = options_.pattern.folder();
  Result<std::unique_ptr<Lock>> lock = disk_.lock(folder);
  if (lock || lock.error().number != ENOENT) return lock;
  const Status made = make_folders(disk_, folder);
  if (!made) return made.error();
  return disk_.lock(folder);
}

Status Journal::ready(Time now) {
  const Result<bool> current = follow_others(now);
  if (!current) return current.error();
  return *current ? Status(Done{}) : reopen(now);
}

// The short way, for nearly every commit: the file is still the one to append to, and others have
// at most appended to it. False where more has changed than that.
Result<bool> Journal::follow_others(Time now) {
  if (!log_ || options_.pattern.path_at(now) > log_->path) return false;
  if (!past_.reaches_back(now)) return false;
  const Result<std::optional<SyncedMark>> mark = read_mark(disk_, options_.pattern.folder());
  if (!mark) return mark.error();
  if (!*mark || (*mark)->boot != log_->mark.boot || (*mark)->id != log_->id()) return false;
  if ((*mark)->length < log_->length()) return false;
  const Result<FileInfo> there = disk_.look(log_->path);
  if (!there && there.error().number != ENOENT) return there.error();
  if (!there || there->id != log_->id() || there->size != (*mark)->length) return false;
  if (**mark == log_->mark) return true;

  const Status caught_up = past_.catch_up(*log_->file, log_->id(), (*mark)->length, now);
  if (!caught_up) return caught_up.error();
  const Result<std::optional<CrcDigits>> digits = digits_before(*log_->file, (*mark)->length);
  if (!digits) return digits.error();
  if (!*digits) return false;
  log_->mark = **mark;
  log_->digits = **digits;
  known_ = **mark;
  return true;
}

// A file that was renamed after it had been listed is found by the next look; to go on without it
// would be to forget what it holds.
Status Journal::reopen(Time now) {
  log_.reset();
  Status done = open_anew(now);
  for (int looks = 1; looks < kLooks && !done && done.error().number == ENOENT; ++looks)
    done = open_anew(now);
  return done;
}

Status Journal::open_anew(Time now) {
  std::vector<LogFile> files;
  const Report say_once = [this](std::string_view line) {
    if (said_.count(std::string(line)) > 0 || !file_lines_.allows()) return;
    said_.emplace(line);
    report_(line);
  };
  Result<OpenLog> opened = LogOpener(options_.pattern, disk_, say_once).open(now, known_, files);
  if (!opened) return opened.error();
  known_ = opened->mark;
  past_.check_against(files, now);
  std::erase_if(files, [&](const LogFile& file) { return file.id == opened->id(); });
  const Status read = read_past(files, *opened, now);
  if (!read) return read;
  other_bytes_ = 0;
  for (const LogFile& file : files) other_bytes_ += file.size;
  log_ = std::move(*opened);
  said_.clear();
  return Done{};
}

Status Journal::read_past(const std::vector<LogFile>& others, const OpenLog& opened, Time now) {
  for (const LogFile& file : others) {
    if (past_.passes_over(options_.pattern.end_of(file.base), now)) continue;
    const Result<std::unique_ptr<File>> there = open_listed(disk_, file, Disk::Open::read);
    if (!there) return there.error();
    const Status read = past_.catch_up(**there, file.id, file.size, now);
    if (!read) return read;
  }
  return past_.catch_up(*opened.file, opened.id(), opened.length(), now);
}

Journal::Plan Journal::plan_for(std::span<const Record> batch, Time now) const {
  Plan plan;
  plan.outcomes.reserve(batch.size());
  plan.digits = log_->digits;
  std::set<Key> in_batch;
  for (const Record& record : batch) {
    const bool repeat =
        record.key && (past_.holds(*record.key, now) || in_batch.count(*record.key) > 0);
    const std::uint64_t bytes = other_bytes_ + log_->length() + plan.lines.size();
    if (repeat || bytes + record.body.size() + kCrcLength + 1 > options_.max_bytes) {
      plan.outcomes.push_back(repeat ? Outcome::duplicate : Outcome::failed);
      continue;
    }
    plan.digits = append_line(plan.lines, plan.digits, record.body);
    plan.stored.push_back(&record);
    plan.sync |= record.durability == Durability::synced;
    plan.outcomes.push_back(Outcome::stored);
    if (record.key) in_batch.insert(*record.key);
  }
  return plan;
}

Status Journal::append(const Plan& plan) {
  const std::uint64_t synced = log_->length();
  const Status done = write_and_sync(plan);
  if (done) return mark_synced(plan);
  // What was written may be read by the next sync as if it were on disk: it has to go first. If
  // it does not go now, whoever takes the lock next finds the file longer than `.synced` says.
  const Status cut = cut_back(*log_->file, synced);
  if (!cut) return Error{done.error().number, done.error().text + "; " + cut.error().text};
  return done;
}

Status Journal::write_and_sync(const Plan& plan) {
  const Status written = log_->file->write_at(log_->length(), plan.lines);
  if (!written || !plan.sync) return written;
  return log_->file->sync();
}

// Where this fails, what was synced is not taken back: the mark may have been written all the
// same, and readers may have believed it. It is not acknowledged, and the next commit finds out.
Status Journal::mark_synced(const Plan& plan) {
  SyncedMark mark = log_->mark;
  mark.length += plan.lines.size();
  // Without the new mark the next process would cut off what we are about to acknowledge.
  const Status marked = write_mark(disk_, options_.pattern.folder(), mark);
  if (!marked) return marked;
  known_ = mark;
  log_->mark = std::move(mark);
  log_->digits = plan.digits;
  return Done{};
}

// Once when it begins to go wrong or goes wrong in another way, once when it is well again. Where
// that changes all the time, what is kept back is said later if it is still so.
void Journal::say_how_it_went(const Status& done) {
  std::string text = done ? "" : done.error().text;
  if (!done && done.error().number == EROFS)
    text +=
        " (an administrator must find out why and mount it writable again; in a service of systemd "
        "it may lack ReadWritePaths= of this folder)";
  if (!done && done.error().number == EACCES) text += options_.if_denied;
  if (text == complaint_ || !trouble_lines_.allows()) return;
  if (text.empty())
    report_("the log in " + options_.pattern.folder() + " can be written again");
  else
    report_("requests get 503 because the log cannot be written: " + text);
  complaint_ = std::move(text);
}

}  // namespace inbound_sms::log
