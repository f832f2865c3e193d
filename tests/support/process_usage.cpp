#include "support/process_usage.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace inbound_sms::testing {

namespace {

std::string path_of(pid_t pid, const std::string& file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

std::size_t status_of(pid_t pid, const std::string& name) {
  std::ifstream status(path_of(pid, "status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name, 0) == 0) return std::stoul(line.substr(name.size()));
  }
  return 0;
}

}  // namespace

std::size_t resident_kib(pid_t pid) {
  return status_of(pid, "VmRSS:");
}

std::size_t most_resident_kib(pid_t pid) {
  return status_of(pid, "VmHWM:");
}

double cpu_seconds(pid_t pid) {
  std::ifstream stat(path_of(pid, "stat"));
  std::string field;
  for (int i = 0; i < 13; ++i) stat >> field;  // utime and stime are fields 14 and 15
  double user = 0;
  double system = 0;
  stat >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::size_t open_descriptors(pid_t pid) {
  std::error_code gone;
  const std::filesystem::directory_iterator all(path_of(pid, "fd"), gone);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace inbound_sms::testing
