#include "disks/standing_still.h"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "support/processes.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

// The letter of its state (proc(5)) stands behind the name of its program.
bool stands_still(const fs::path& thread) {
  const std::string status = read_file(thread / "stat");
  const std::size_t end = status.rfind(") ");
  return end == status.npos || std::string("TtZX").find(status[end + 2]) != std::string::npos;
}

bool all_threads_stand_still(pid_t process) {
  std::error_code gone;
  const fs::directory_iterator threads("/proc/" + std::to_string(process) + "/task", gone);
  return std::all_of(begin(threads), end(threads),
                     [](const fs::directory_entry& thread) { return stands_still(thread); });
}

}  // namespace

StandingStill::StandingStill(const std::string& folder) : processes_(processes_in(folder)) {
  for (const pid_t process : processes_) ::kill(process, SIGSTOP);
  for (const pid_t process : processes_)
    wait_until([process] { return all_threads_stand_still(process); });
}

StandingStill::~StandingStill() {
  for (const pid_t process : processes_) ::kill(process, SIGCONT);
}

}  // namespace inbound_sms::testing
