// inbound-sms, the operator's tool: `inbound-sms COMMAND [OPTION...]`. It works on the log
// through src/log alone and reads the same settings as the handler.

#include <sysexits.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tools/check_command.h"
#include "tools/command.h"
#include "tools/follow_command.h"
#include "tools/repair_command.h"
#include "tools/replay_command.h"
#include "tools/verify_command.h"

namespace {

using namespace inbound_sms;

constexpr std::string_view kVersion = "0.4.0";

constexpr std::array kCommands = {
    tools::Command{"follow", "show messages as they arrive", tools::follow_command},
    tools::Command{"verify", "report damaged, missing, swapped and torn lines",
                   tools::verify_command},
    tools::Command{"repair", "keep the sound lines of a file, move the rest aside",
                   tools::repair_command},
    tools::Command{"replay", "put on the log what was rejected for a wrong secret",
                   tools::replay_command},
    tools::Command{"check", "look at a deployment, and say what to mend", tools::check_command},
};

std::string help() {
  std::ostringstream page;
  page << "Usage: inbound-sms COMMAND [OPTION...]\n"
          "\n"
          "For the log that inbound-sms.fcgi writes.\n"
          "\n"
          "Commands:\n";
  for (const tools::Command& command : kCommands)
    page << "  " << std::left << std::setw(12) << command.name << command.summary << "\n";
  page << "\n"
          "  --help      show this page; `inbound-sms COMMAND --help` shows that of a command\n"
          "  --version   show the version\n"
          "\n"
          "Exit codes: 0 done, 1 the answer is no, 64 wrong usage, 74 error of input or output,\n"
          "77 not permitted, 78 wrong setting.\n";
  return page.str();
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::cerr << help();
    return EX_USAGE;
  }
  const std::string& name = arguments.front();
  for (const tools::Command& command : kCommands)
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
  if (name == "--help") return tools::print_page(help());
  if (name == "--version") return tools::print_page("inbound-sms " + std::string(kVersion) + "\n");
  return tools::fail({0, "'" + name + "' is no command; `inbound-sms --help` lists them"},
                     EX_USAGE);
}

}  // namespace

int main(int argc, char** argv) try {
  return run({argv + std::min(argc, 1), argv + argc});
} catch (const std::exception& error) {
  return tools::fail({0, error.what()}, EX_IOERR);
}
