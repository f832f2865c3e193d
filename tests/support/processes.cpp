#include "support/processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "base/descriptor.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    const bool process =
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (process) all.push_back(std::stoi(name));
  }
  return all;
}

std::string folder_of(pid_t pid) {
  return "/proc/" + std::to_string(pid);
}

// The path of its file; empty of one that is not ours, or gone meanwhile.
std::string program_of(pid_t pid) {
  std::error_code not_ours;
  return fs::read_symlink(folder_of(pid) + "/exe", not_ours);
}

// Its arguments with blanks between them; empty of one that is gone meanwhile. A stream would
// throw where the process ends between its open and its read.
std::string command_of(pid_t pid) {
  const Descriptor file(::open((folder_of(pid) + "/cmdline").c_str(), O_RDONLY | O_CLOEXEC));
  std::string command;
  char bytes[4096];
  for (ssize_t got; file && (got = ::read(file.get(), bytes, sizeof bytes)) > 0;)
    command.append(bytes, std::size_t(got));
  std::replace(command.begin(), command.end(), '\0', ' ');
  return command;
}

}  // namespace

std::vector<pid_t> processes_in(const std::string& folder) {
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes())
    if (program_of(pid).starts_with(folder + "/")) found.push_back(pid);
  return found;
}

std::vector<std::string> processes_about(const std::string& folder) {
  std::vector<std::string> found;
  for (const pid_t pid : all_processes()) {
    const std::string command = command_of(pid);
    if ((program_of(pid) + command).find(folder) != std::string::npos)
      found.push_back(std::to_string(pid) + " " + command);
  }
  return found;
}

}  // namespace inbound_sms::testing
