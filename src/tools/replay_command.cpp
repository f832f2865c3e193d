#include "tools/replay_command.h"

#include <sysexits.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <utility>

#include "base/clock.h"
#include "base/harmless.h"
#include "base/report.h"
#include "log/journal.h"
#include "secrets.h"
#include "settings.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/logs.h"
#include "tools/owner.h"
#include "tools/replay.h"
#include "tools/verify.h"

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kCommand = "replay";
constexpr int kSomeRejected = 1;  // the exit code when something is rejected once more, or damaged

po::options_description description() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("dry-run", "only say what would be done");
  add("without-proof", "take also what does not prove that Vonage sent it");
  add("help", "show this page");
  return options;
}

std::string help() {
  std::ostringstream page;
  page << "Usage: inbound-sms replay [--dry-run] [--without-proof] [FILE...]\n"
          "\n"
          "Sends what stands in the rejected log, or in these files of it, through the receiver\n"
          "again, and puts on the log what is accepted now: after a wrong secret was put right.\n"
          "Each message is on the log once, however often this is run, and whatever Vonage\n"
          "repeats meanwhile. Nothing in the rejected log is changed.\n"
          "\n"
       << description()
       << "\n"
          "The age of a proof is judged by when its request came. Run it as the user that the\n"
          "handler runs as, or as root, and with the same settings: those that a service sets for\n"
          "the handler alone are not seen here. Handlers may run: they wait, and where it takes\n"
          "longer than 8 s messages get 503 and come again. Look at what --without-proof would\n"
          "take with --dry-run first: anybody may have sent it.\n"
          "\n"
          "Exit codes: 0 all of it is on the log, 1 something is still rejected or damaged, 64\n"
          "wrong usage, 74 error of input or output (run it again: what is on the log stays\n"
          "there), 77 the log or the secrets belong to somebody else, 78 wrong setting.\n"
          "\n"
          "Example:\n"
          "  sudo -u www-data inbound-sms replay --dry-run\n";
  return page.str();
}

// What a run needs of its settings, and how it was asked for.
struct Run {
  Settings settings;
  std::vector<log::LogPattern> logs;  // of the messages, of the rejected requests
  std::vector<std::string> names;     // files that were asked for; none: all
  bool dry_run = false;
  bool without_proof = false;
};

struct Total {
  std::size_t stored = 0, known = 0, rejected = 0, damaged = 0, failed = 0;
};

// As whom the handler runs, so that it can go on with what is written here.
Status become_owner(const std::vector<log::LogPattern>& logs) {
  for (const log::LogPattern& log : {logs[1], logs[0]}) {
    const std::string& folder = log.folder();
    std::error_code none;
    if (!std::filesystem::exists(folder, none)) continue;
    if (Status done = act_as_owner_of(folder); !done) return done;
  }
  return Done{};
}

Result<ReplayRules> rules_of(const Run& run) {
  ReplayRules rules;
  rules.without_proof = run.without_proof;
  if (!run.settings.signature_method) return rules;
  rules.receiver.proof = proof_rules(run.settings);
  Result<vonage::Secrets> secrets = read_secrets(run.settings.signature_secrets);
  if (!secrets) return secrets.error();
  rules.secrets = std::move(*secrets);
  return rules;
}

// All files of the rejected log; those that log rotation took away meanwhile are left out.
Result<std::vector<RejectedFile>> all_files(const log::LogPattern& rejected) {
  log::Disk& disk = log::posix_disk();
  std::vector<RejectedFile> files;
  Result<std::vector<log::LogFile>> listed = rejected.list(disk);
  if (!listed) return listed.error();
  for (log::LogFile& file : *listed) {
    Result<std::optional<Diagnosis>> diagnosis = verify_listed(disk, rejected, file);
    if (!diagnosis) return diagnosis.error();
    if (!*diagnosis) continue;
    Result<std::unique_ptr<log::File>> opened = log::open_listed(disk, file, log::Disk::Open::read);
    if (!opened) return opened.error();
    files.push_back({file.path, std::move(*opened), std::move(**diagnosis)});
  }
  return files;
}

Result<std::vector<RejectedFile>> files_of(const Run& run) {
  if (run.names.empty()) return all_files(run.logs[1]);
  log::Disk& disk = log::posix_disk();
  std::vector<RejectedFile> files;
  for (const std::string& name : run.names) {
    const std::string path = absolute_path(name);
    Result<Diagnosis> diagnosis = verify_file(disk, log_of(run.logs, path), path);
    if (!diagnosis) return diagnosis.error();
    Result<std::unique_ptr<log::File>> opened = disk.open(path, log::Disk::Open::read);
    if (!opened) return opened.error();
    files.push_back({name, std::move(*opened), std::move(*diagnosis)});
  }
  return files;
}

Result<log::Store> store_for(const Run& run, const std::vector<RejectedFile>& files) {
  const Time now = system_clock().now();
  const auto reach = reach_of(files, time_to_remember(run.settings), now);
  if (!reach) return reach.error();
  log::Disk& disk = log::posix_disk();
  if (run.dry_run) return store_that_only_looks(disk, run.logs[0], *reach, now);
  const auto journal = std::make_shared<log::Journal>(
      log::JournalOptions{.pattern = run.logs[0], .key_of = replay_key, .remember = *reach}, disk,
      system_clock(), report_to_stderr);
  return log::Store(
      [journal](std::span<const log::Record> batch) { return journal->commit(batch); });
}

void print(const std::string& name, std::uint64_t line, const std::string& text) {
  std::cout << harmless(name) << ":" << line << ": " << harmless(text) << "\n";
}

void print(const RejectedFile& file, const Replayed& replayed, bool dry_run, Total& total) {
  switch (replayed.fate) {
    case Fate::stored:
      ++total.stored;
      return print(file.name, replayed.line,
                   (dry_run ? "would be stored: " : "stored: ") + replayed.text);
    case Fate::known:
      ++total.known;
      return print(file.name, replayed.line, "on the log already: " + replayed.text);
    case Fate::rejected:
      ++total.rejected;
      return print(file.name, replayed.line, "still rejected: " + replayed.text);
    case Fate::failed:
      ++total.failed;
      return print(file.name, replayed.line, "not stored, try again: " + replayed.text);
  }
}

Status replay_file(const RejectedFile& file, const ReplayRules& rules, const log::Store& store,
                   bool dry_run, Total& total) {
  for (const Finding& finding : file.diagnosis.findings) {
    if (finding.worth == Worth::sound) continue;
    ++total.damaged;
    print(file.name, finding.line, "passed over: " + finding.text);
  }
  const Status done = replay(
      file, rules, store, [&](const Replayed& replayed) { print(file, replayed, dry_run, total); });
  std::cout << std::flush;
  return done;
}

int end_with(const Total& total, bool dry_run) {
  std::cout << total.stored << (dry_run ? " would be stored, " : " stored, ") << total.known
            << " on the log already, " << total.rejected << " still rejected, " << total.damaged
            << " damaged" << std::endl;
  if (!std::cout || total.failed > 0) return EX_IOERR;
  return total.rejected + total.damaged > 0 ? kSomeRejected : EX_OK;
}

int fail_with(const Error& error) {
  return fail(error, error.number == EACCES || error.number == EPERM ? EX_NOPERM : EX_IOERR);
}

int run_with(const ReplayRules& rules, const Run& run) {
  const Result<std::vector<RejectedFile>> files = files_of(run);
  if (!files) return fail_with(files.error());
  const Result<log::Store> store = store_for(run, *files);
  if (!store) return fail_with(store.error());
  Total total;
  for (const RejectedFile& file : *files) {
    const Status done = replay_file(file, rules, *store, run.dry_run, total);
    if (!done) return fail_with(done.error());
  }
  if (files->empty())
    std::cout << "no file of the rejected log is in " << harmless(run.logs[1].folder()) << "\n";
  return end_with(total, run.dry_run);
}

}  // namespace

int replay_command(const std::vector<std::string>& arguments) {
  const Result<Arguments> parsed =
      parse_arguments(kCommand, arguments, description(), Operands::any);
  if (!parsed) return fail(parsed.error(), parsed.error().number);
  if (parsed->has("help")) return print_page(help());
  Result<Settings> settings = read_settings();
  if (!settings) return fail(settings.error(), settings.error().number);
  Result<std::vector<log::LogPattern>> logs = logs_for(kCommand, std::nullopt);
  if (!logs) return fail(logs.error(), logs.error().number);
  const Run run{std::move(*settings), std::move(*logs), parsed->operands, parsed->has("dry-run"),
                parsed->has("without-proof")};
  if (const Status owner = become_owner(run.logs); !owner)
    return fail(owner.error(), owner.error().number == EX_NOPERM ? EX_NOPERM : EX_IOERR);
  const Result<ReplayRules> rules = rules_of(run);
  if (!rules) return fail(rules.error(), rules.error().number);
  return run_with(*rules, run);
}

}  // namespace inbound_sms::tools
