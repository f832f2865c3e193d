#include "support/handler.h"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "support/logged.h"
#include "support/ports.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

constexpr int kTries = 5;  // somebody else took the port that was free just before

// A copy that the ordinary user can run wherever the build folder lies.
std::string program_in(const std::string& folder) {
  const std::string copy = folder + "/inbound-sms.fcgi";
  if (!std::filesystem::exists(copy)) {
    std::filesystem::copy_file(program("inbound-sms.fcgi"), copy);
  }
  return copy;
}

std::string output_in(const std::string& folder) {
  for (int number = 1;; ++number) {
    const std::string path = folder + "/handler-" + std::to_string(number) + ".out";
    if (!std::filesystem::exists(path)) return path;
  }
}

std::string address_in(const std::string& folder, Listen listen) {
  if (listen == Listen::tcp) return "127.0.0.1:" + std::to_string(free_port());
  return "unix:" + folder + "/socket";
}

}  // namespace

std::string program(const std::string& name) {
  const auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return tests.parent_path() / name;
}

std::string as_lines(const Environment& settings) {
  std::string lines;
  for (const auto& [name, value] : settings) lines += name + "=" + value + "\n";
  return lines;
}

std::string install_handler(const std::string& folder, const std::string& name,
                            const std::string& settings) {
  const std::string copy = folder + "/" + name;
  if (std::filesystem::exists(copy)) return copy;
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/inbound-sms.conf") << settings;
  std::filesystem::copy_file(program("inbound-sms.fcgi"), copy);
  return copy;
}

Handler::Handler(const TemporaryFolder& folder, const Environment& settings, Listen listen,
                 const std::vector<std::string>& wrapper)
    : log_folder_(folder.path() + "/log") {
  std::vector<std::string> command = wrapper;
  command.push_back(program_in(folder.path()));
  for (int tries = 0; tries < kTries; ++tries) {
    Environment environment = settings;
    environment.insert({"INBOUND_SMS_LOG", log_folder_ + "/%Y-%m-%d.jsonl"});
    address_ = address_in(folder.path(), listen);
    if (listen != Listen::inherited) {
      address_ = environment.insert({"INBOUND_SMS_LISTEN", address_}).first->second;
    }
    process_ = std::make_unique<ChildProcess>(command, environment, output_in(folder.path()));
    wait_until([this] { return accepts(address_) || !process_->running(); });
    if (process_->running()) return;
  }
  throw std::runtime_error("the handler did not start: " + words());
}

Handler::~Handler() {
  const int code = process_->stop();
  const bool well = code == 0 || code == 128 + SIGKILL;  // killed: by the test
  BOOST_CHECK_MESSAGE(well, "the handler ended with " << code << ", saying:\n" << words());
}

std::vector<rapidjson::Document> Handler::log() const {
  return read_log(log_folder_);
}

std::vector<rapidjson::Document> Handler::rejected() const {
  return read_log(log_folder_ + "/rejected");
}

}  // namespace inbound_sms::testing
