#include "base/report.h"

#include <poll.h>
#include <unistd.h>

#include <string>

#include "base/harmless.h"

namespace inbound_sms {

void report_to_stderr(std::string_view line) {
  const std::string text = "inbound-sms: " + harmless(line) + "\n";
  pollfd stderr_now{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&stderr_now, 1, 0) != 1) return;
  // Nobody is left to be told when stderr itself is gone.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace inbound_sms
