#include "support/processes.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace inbound_sms::testing {

namespace fs = std::filesystem;

std::vector<pid_t> processes_in(const std::string& folder) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    const bool process =
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    std::error_code not_ours;  // or gone meanwhile
    if (process &&
        fs::read_symlink(entry.path() / "exe", not_ours).string().starts_with(folder + "/"))
      found.push_back(std::stoi(name));
  }
  return found;
}

}  // namespace inbound_sms::testing
