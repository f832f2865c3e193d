#include "tools/command.h"

#include <sysexits.h>

#include <iostream>

#include "base/report.h"

namespace inbound_sms::tools {

int fail(const Error& error, int exit_code) {
  report_to_stderr(error.text);
  return exit_code;
}

int print_page(std::string_view page) {
  std::cout << page << std::flush;
  return std::cout ? EX_OK : EX_IOERR;
}

}  // namespace inbound_sms::tools
