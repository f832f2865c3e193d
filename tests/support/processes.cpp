#include "support/processes.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "support/temporary_folder.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

struct RunningProcess {
  pid_t pid;
  std::string program;  // the path of its file
  std::string command;  // its arguments, with blanks between them
};

// Of some that are not ours, or gone meanwhile, the program and the command are empty.
std::vector<RunningProcess> all_processes() {
  std::vector<RunningProcess> all;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    const bool process =
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!process) continue;
    std::error_code not_ours;
    const std::string program = fs::read_symlink(entry.path() / "exe", not_ours);
    std::string command = read_file(entry.path() / "cmdline");
    std::replace(command.begin(), command.end(), '\0', ' ');
    all.push_back({std::stoi(name), program, command});
  }
  return all;
}

}  // namespace

std::vector<pid_t> processes_in(const std::string& folder) {
  std::vector<pid_t> found;
  for (const RunningProcess& process : all_processes())
    if (process.program.starts_with(folder + "/")) found.push_back(process.pid);
  return found;
}

std::vector<std::string> processes_about(const std::string& folder) {
  std::vector<std::string> found;
  for (const RunningProcess& process : all_processes())
    if ((process.program + process.command).find(folder) != std::string::npos)
      found.push_back(std::to_string(process.pid) + " " + process.command);
  return found;
}

}  // namespace inbound_sms::testing
