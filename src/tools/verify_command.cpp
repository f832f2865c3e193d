#include "tools/verify_command.h"

#include <sysexits.h>

#include <iostream>
#include <optional>
#include <sstream>

#include "base/harmless.h"
#include "base/report.h"
#include "log/disk.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/diagnosis.h"
#include "tools/logs.h"
#include "tools/owner.h"
#include "tools/verify.h"

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kCommand = "verify";
constexpr int kFound = 1;  // the exit code when something is damaged

po::options_description description() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("log", po::value<std::string>()->value_name("PATTERN"),
      "the log is this one instead of that of INBOUND_SMS_LOG");
  add("help", "show this page");
  return options;
}

std::string help() {
  std::ostringstream page;
  page << "Usage: inbound-sms verify [--log PATTERN] [FILE...]\n"
          "\n"
          "Reports every changed, missing, swapped, repeated or torn line by its number. Without\n"
          "FILE it reads all files of the log and, without --log, of the rejected log. The\n"
          "handler may run.\n"
          "\n"
       << description()
       << "\n"
          "Lines that are missing at the end of a file cannot be seen in it; in the file that was\n"
          "written last they are seen until the next boot. What was not acknowledged yet is not\n"
          "looked at. `inbound-sms repair` puts a damaged file right.\n"
          "\n"
          "Exit codes: 0 all lines are sound, 1 they are not, 64 wrong usage, 74 a file cannot be\n"
          "read or there is none, 78 wrong setting.\n"
          "\n"
          "Example:\n"
          "  inbound-sms verify || echo 'the log is damaged'\n";
  return page.str();
}

struct Total {
  std::size_t files = 0, unreadable = 0;
  std::uint64_t lines = 0;
  std::size_t findings = 0;
};

std::string plural(std::uint64_t number, const std::string& thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

void print(const std::string& name, const Result<Diagnosis>& diagnosis, Total& total) {
  ++total.files;
  if (!diagnosis) {
    ++total.unreadable;
    report_to_stderr(diagnosis.error().text);
    return;
  }
  for (const Finding& finding : diagnosis->findings)
    std::cout << harmless(name) << ":" << finding.line << ": " << finding.text << "\n";
  total.lines += diagnosis->lines;
  total.findings += diagnosis->findings.size();
}

Status verify_log(const log::LogPattern& log, Total& total) {
  Result<std::vector<log::LogFile>> files = log.list(log::posix_disk());
  if (!files) return files.error();
  for (log::LogFile& file : *files) {
    const auto diagnosis = verify_listed(log::posix_disk(), log, file);
    if (!diagnosis)
      print(file.path, diagnosis.error(), total);
    else if (*diagnosis)
      print(file.path, **diagnosis, total);
  }
  return Done{};
}

int end_with(const Total& total) {
  std::cout << plural(total.files, "file") << ", " << plural(total.lines, "line") << ", "
            << plural(total.findings, "finding") << std::endl;
  if (!std::cout || total.unreadable > 0) return EX_IOERR;
  return total.findings > 0 ? kFound : EX_OK;
}

}  // namespace

int verify_command(const std::vector<std::string>& arguments) {
  const Result<Arguments> parsed =
      parse_arguments(kCommand, arguments, description(), Operands::any);
  if (!parsed) return fail(parsed.error(), parsed.error().number);
  if (parsed->has("help")) return print_page(help());
  const auto logs = logs_for(kCommand, parsed->text("log"));
  if (!logs) return fail(logs.error(), logs.error().number);
  Total total;
  for (const std::string& name : parsed->operands) {
    const std::string path = absolute_path(name);
    print(name, verify_file(log::posix_disk(), log_of(*logs, path), path), total);
  }
  if (!parsed->operands.empty()) return end_with(total);
  for (const log::LogPattern& log : *logs) {
    Status done = leave_root_for(log.folder());
    if (done) done = verify_log(log, total);
    if (!done) return fail(done.error(), EX_IOERR);
  }
  // A wrong or forgotten setting must not look like a sound log.
  if (total.files == 0)
    return fail({0, "no file of the log is in " + logs->front().folder()}, EX_IOERR);
  return end_with(total);
}

}  // namespace inbound_sms::tools
