// What one message costs as a CGI process: ours, with nothing and with 100 000 messages in the
// window, beside a process that does nothing and beside php-cgi, which appends without a sync.
// usage: cgi FOLDER HANDLER BARE PHP-SCRIPT
//
// All take turns, so that a machine whose speed drifts is the same for each; of many turns the
// medians are compared.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "log/line.h"
#include "log/log_pattern.h"
#include "log/record.h"

namespace {

using namespace inbound_sms;
namespace fs = std::filesystem;

constexpr int kTurns = 200, kWarmUp = 10;
constexpr int kMessages = 100'000;
constexpr std::size_t kOurs = 2, kOursFull = 3;  // in the list of contestants

struct Contestant {
  std::string name;
  std::string program;
  std::vector<std::string> environment;
  std::vector<double> milliseconds = {};
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

// A folder with the handler, its settings and a log that holds so many messages of today.
Contestant handler(const std::string& name, const std::string& folder, const std::string& program,
                   int messages) {
  const std::string pattern = folder + "/log/%Y-%m-%d.jsonl";
  fs::create_directories(folder + "/log");
  fs::copy_file(program, folder + "/inbound-sms.cgi");
  std::ofstream(folder + "/inbound-sms.conf") << "INBOUND_SMS_LOG=" << pattern << '\n';
  const Time now = system_clock().now();
  std::string lines;
  log::CrcDigits digits;
  for (int i = 0; i < messages; ++i) {
    const std::string id = "0C" + std::to_string(10'000'000 + i);
    const std::string message = R"({"msisdn":"447700900002","to":"447700900001","messageId":")" +
                                id + R"(","text":"This is message number )" + std::to_string(i) +
                                R"(","type":"text","keyword":"THIS"})";
    log::Key key;
    std::copy_n(sha256(id).begin(), key.size(), key.begin());
    digits = log::append_line(lines, digits,
                              log::to_record({.received = now,
                                              .kind = "inbound-sms",
                                              .format = "query",
                                              .remote = "198.51.100.7",
                                              .signature = "none",
                                              .message = message,
                                              .raw = {},
                                              .key = key})
                                  .body);
  }
  std::ofstream(log::LogPattern::parse(pattern)->path_at(now)) << lines;
  return {name, folder + "/inbound-sms.cgi", {}};
}

// One process with one message that nobody has sent before. Its answer must be a 204.
double run(const Contestant& contestant, int turn) {
  const std::string query =
      "QUERY_STRING=msisdn=447700900002&to=447700900001&type=text&text=Hi"
      "&messageId=" +
      std::to_string(::getpid()) + "-" + std::to_string(turn);
  std::vector<std::string> variables = contestant.environment;
  variables.insert(variables.end(), {"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET",
                                     "REQUEST_URI=/", "REMOTE_ADDR=198.51.100.7", query});
  std::vector<char*> environment;
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string program = contestant.program;
  char* const arguments[] = {program.data(), nullptr};

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const auto begun = std::chrono::steady_clock::now();
  pid_t pid;
  if (::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments, environment.data()) != 0)
    fail("cannot start " + contestant.program);
  ::close(ends[1]);
  std::string answer(4096, '\0');
  const ssize_t size = ::read(ends[0], answer.data(), answer.size());
  int status = 0;
  ::waitpid(pid, &status, 0);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  ::close(ends[0]);
  ::posix_spawn_file_actions_destroy(&actions);
  if (size <= 0 || answer.find("Status: 204") == std::string::npos)
    fail(contestant.name + " did not answer 204: " + answer.substr(0, std::size_t(size)));
  return took.count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + long(values.size() / 2), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) fail("usage: cgi FOLDER HANDLER BARE PHP-SCRIPT");
  const std::string folder = fs::absolute(argv[1]);
  fs::remove_all(folder);
  std::vector<Contestant> contestants = {
      {"a process that does nothing", fs::absolute(argv[3]), {}},
      {"php-cgi, appends, no sync",
       "php-cgi",
       {"REDIRECT_STATUS=200", "SCRIPT_FILENAME=" + fs::absolute(argv[4]).string(),
        "LOG=" + folder + "/php.log"}},
      handler("inbound-sms, empty window", folder + "/empty", argv[2], 0),
      handler("inbound-sms, 100 000 in the window", folder + "/full", argv[2], kMessages)};
  for (int turn = 0; turn < kWarmUp + kTurns; ++turn)
    for (Contestant& contestant : contestants) {
      const double took = run(contestant, turn);
      if (turn >= kWarmUp) contestant.milliseconds.push_back(took);
    }
  const double ours = median(contestants[kOurs].milliseconds);
  std::printf("One message as a CGI process, %d turns\n", kTurns);
  std::printf("%-36s %8s %8s %8s\n", "", "median", "least", "ratio");
  for (const Contestant& contestant : contestants)
    std::printf("%-36s %5.2f ms %5.2f ms %8.2f\n", contestant.name.c_str(),
                median(contestant.milliseconds),
                *std::min_element(contestant.milliseconds.begin(), contestant.milliseconds.end()),
                median(contestant.milliseconds) / ours);
  std::printf("100 000 messages cost %.2f times as much as none\n",
              median(contestants[kOursFull].milliseconds) / ours);
  fs::remove_all(folder);
}
