#include "tools/check_command.h"

#include <sysexits.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "base/clock.h"
#include "base/harmless.h"
#include "log/disk.h"
#include "sandbox/landlock.h"
#include "settings.h"
#include "tools/arguments.h"
#include "tools/check_disk.h"
#include "tools/check_log.h"
#include "tools/check_sandbox.h"
#include "tools/check_secrets.h"
#include "tools/check_settings.h"
#include "tools/check_url.h"
#include "tools/command.h"
#include "tools/logs.h"
#include "tools/owner.h"

namespace inbound_sms::tools {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kCommand = "check";

po::options_description description() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("url", po::value<std::string>()->value_name("URL"),
      "ask this URL, as entered at Vonage, and send a test message to it");
  add("no-message", "send no test message");
  add("help", "show this page");
  return options;
}

std::string help() {
  std::ostringstream page;
  page << "Usage: inbound-sms check [--url URL] [--no-message]\n"
          "\n"
          "Looks at all that messages depend on, one line a thing: ok, warning or fault, and what\n"
          "to mend. Run it as the user that the handler runs as, or as root, and with the same\n"
          "settings: those that a service sets for the handler alone are not seen here.\n"
          "\n"
       << description()
       << "\n"
          "The test message comes from 447700900123, a number that nobody has, and stays on the\n"
          "log. Where signatures are asked for it is signed, and others that are not have to be\n"
          "turned away; they stay in the rejected log. Ask the URL from outside, too: from the\n"
          "machine itself a firewall is not seen.\n"
          "\n"
          "Exit codes: 0 no fault, 1 a fault, 64 wrong usage, 74 error of output.\n"
          "\n"
          "Example:\n"
          "  sudo inbound-sms check --url https://sms.example.com/webhooks/inbound-sms\n";
  return page.str();
}

// Prints each remark as it is made, since some of them take their time.
class Findings {
 public:
  void print(const Remark& remark) {
    static constexpr const char* kWords[] = {"ok       ", "warning  ", "fault    "};
    std::cout << kWords[int(remark.verdict)] << harmless(remark.text) << std::endl;
    any_fault_ = any_fault_ || remark.verdict == Verdict::fault;
  }
  void print(const Remarks& remarks) {
    for (const Remark& remark : remarks) print(remark);
  }

  int exit_code() const {
    if (!std::cout) return EX_IOERR;
    return any_fault_ ? 1 : EX_OK;
  }

 private:
  bool any_fault_ = false;
};

Remarks settings_and_where_they_are() {
  const char* config = std::getenv("INBOUND_SMS_CONFIG");
  const Result<std::optional<SettingsFile>> file =
      find_settings_file(config ? std::optional<std::string>(config) : std::nullopt);
  if (!file) return {{Verdict::fault, "settings: " + file.error().text}};
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable)
    environment.emplace_back(*variable);
  return explain_settings(environment, *file);
}

void check_all_of(const Settings& settings, const std::vector<log::LogPattern>& logs,
                  Findings& findings) {
  log::Disk& disk = log::posix_disk();
  const std::string there = existing_folder(logs[0].folder());
  if (there == logs[0].folder() && ::geteuid() == 0)
    if (const Status owner = act_as_owner_of(there); !owner)
      findings.print({Verdict::warning, "user: " + owner.error().text});
  findings.print(judge_clock(system_clock().now()));
  const Remarks permissions = check_permissions(disk, logs[0]);
  findings.print(permissions);
  if (permissions[0].verdict == Verdict::fault) return;
  findings.print(check_disk(there));
  findings.print(check_lines(disk, logs[0]));
  findings.print(check_rejected(disk, logs[1], settings.rejected_max));
}

void check_messages(const std::string& url, const log::LogPattern& log, const SecretsCheck& secrets,
                    Findings& findings) {
  if (secrets.remark.verdict == Verdict::fault)
    return findings.print(
        {Verdict::fault, "test message: not sent, since there is no secret to sign it with"});
  const Remarks remarks = check_message(url, log::posix_disk(), log, secrets.signing);
  findings.print(remarks);
  // A handler that takes nothing now turns everything away.
  if (secrets.signing && remarks.back().verdict == Verdict::ok)
    findings.print(check_forgery(url, *secrets.signing));
}

int check(const std::optional<std::string>& url, bool with_message) {
  Findings findings;
  const Result<Settings> settings = read_settings();
  const Result<std::vector<log::LogPattern>> logs = logs_for(kCommand, std::nullopt);
  if (!settings || !logs) {
    findings.print(
        {Verdict::fault, "settings: " + (settings ? logs.error() : settings.error()).text});
    return findings.exit_code();
  }
  findings.print(settings_and_where_they_are());
  findings.print(judge_sandbox(settings->sandbox, sandbox::landlock_version()));
  check_all_of(*settings, *logs, findings);
  const SecretsCheck secrets = check_secrets(*settings);
  findings.print(secrets.remark);
  if (!url) {
    findings.print({Verdict::ok, "URL: not asked; --url URL does it, and sends a test message"});
    return findings.exit_code();
  }
  const Remarks answers = check_url(*url);
  findings.print(answers);
  if (with_message && answers.back().verdict != Verdict::fault)
    check_messages(*url, logs->front(), secrets, findings);
  return findings.exit_code();
}

}  // namespace

int check_command(const std::vector<std::string>& arguments) {
  const Result<Arguments> parsed =
      parse_arguments(kCommand, arguments, description(), Operands::none);
  if (!parsed) return fail(parsed.error(), parsed.error().number);
  if (parsed->has("help")) return print_page(help());
  return check(parsed->text("url"), !parsed->has("no-message"));
}

}  // namespace inbound_sms::tools
