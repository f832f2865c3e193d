#include "tools/repair_command.h"

#include <sysexits.h>
#include <unistd.h>

#include <iostream>
#include <sstream>

#include "base/clock.h"
#include "base/harmless.h"
#include "log/disk.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/logs.h"
#include "tools/owner.h"
#include "tools/repair.h"

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kCommand = "repair";

po::options_description description() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("dry-run", "only say what would be done");
  add("keep-unproven", "keep whole records of which nothing shows that they are sound");
  add("log", po::value<std::string>()->value_name("PATTERN"),
      "the log is this one instead of that of INBOUND_SMS_LOG");
  add("help", "show this page");
  return options;
}

std::string help() {
  std::ostringstream page;
  page
      << "Usage: inbound-sms repair [--dry-run] [--keep-unproven] [--log PATTERN] FILE...\n"
         "\n"
         "Keeps every line of a file of the log that is proven to be sound, with a new crc where\n"
         "that is needed, and moves all else to FILE.torn-TIME. Handlers may run: they wait,\n"
         "and where it takes longer than 8 s messages get 503 and come again. Nothing must rename\n"
         "the file meanwhile.\n"
         "\n"
      << description()
      << "\n"
         "Behind a missing line one line is unproven: it may be as it was or changed. It is moved\n"
         "aside, unless --keep-unproven is given: do that when you took lines out yourself.\n"
         "What is moved aside is no longer remembered as received; of an older file, handlers "
         "that\n"
         "run remember it until they restart. Run it as the user that they run as, or as root.\n"
         "\n"
         "Exit codes: 0 done, 64 wrong usage, 74 error of input or output (then the old file is\n"
         "there, or the new one), 77 the file belongs to somebody else, 78 wrong setting.\n";
  return page.str();
}

std::string lines(std::uint64_t number) {
  return std::to_string(number) + (number == 1 ? " line" : " lines");
}

void print(const std::string& name, const Repair& repair, const RepairOptions& options) {
  for (const Finding& finding : repair.diagnosis.findings)
    std::cout << name << ":" << finding.line << ": " << finding.text
              << (is_kept(finding, options) ? " (kept)" : "") << "\n";
  if (repair.diagnosis.findings.empty()) {
    std::cout << name << ": all of " << lines(repair.kept) << " sound, nothing to repair\n";
    return;
  }
  std::cout << name << ": " << lines(repair.kept) << (options.dry_run ? " would be kept" : " kept");
  if (!repair.aside.empty()) {
    std::cout << ", " << lines(repair.moved);
    if (repair.torn > 0) std::cout << " and " << repair.torn << " bytes of a torn end";
    std::cout << (options.dry_run ? " would go to " : " moved to ") << harmless(repair.aside);
  }
  std::cout << "\n";
}

// Root becomes the owner of the log's folder before it touches anything there. It must not be the
// owner of the file: who may write in the folder could have put a link to root's file there.
Status become_owner(const log::LogPattern& log, const std::string& path) {
  Status done = ::geteuid() == 0 ? act_as_owner_of(log.folder()) : Status(Done{});
  return done ? check_is_own_file(path) : done;
}

int repair_file(const std::string& name, const std::vector<log::LogPattern>& logs,
                const RepairOptions& options) {
  const std::string path = absolute_path(name);
  const log::LogPattern* const log = log_of(logs, path);
  if (log == nullptr) {
    const Error error =
        usage_error(kCommand, path + " is no file of the log in " + logs.front().folder() +
                                  "; --log PATTERN names another log");
    return fail(error, error.number);
  }
  if (const Status may = become_owner(*log, path); !may)
    return fail(may.error(), may.error().number == EX_NOPERM ? EX_NOPERM : EX_IOERR);
  const Result<Repair> repaired =
      repair(log::posix_disk(), *log, path, system_clock().now(), options);
  if (!repaired) return fail(repaired.error(), EX_IOERR);
  print(harmless(name), *repaired, options);
  return EX_OK;
}

}  // namespace

int repair_command(const std::vector<std::string>& arguments) {
  const Result<Arguments> parsed =
      parse_arguments(kCommand, arguments, description(), Operands::any);
  if (!parsed) return fail(parsed.error(), parsed.error().number);
  if (parsed->has("help")) return print_page(help());
  if (parsed->operands.empty()) {
    const Error error = usage_error(kCommand, "FILE is missing");
    return fail(error, error.number);
  }
  const auto logs = logs_for(kCommand, parsed->text("log"));
  if (!logs) return fail(logs.error(), logs.error().number);
  const RepairOptions options{parsed->has("dry-run"), parsed->has("keep-unproven")};
  for (const std::string& name : parsed->operands)
    if (const int code = repair_file(name, *logs, options); code != EX_OK) return code;
  return std::cout.flush() ? EX_OK : EX_IOERR;
}

}  // namespace inbound_sms::tools
