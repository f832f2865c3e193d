#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <future>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/apache.h"
#include "support/handler.h"
#include "support/http_client.h"
#include "support/json.h"
#include "support/logged.h"
#include "support/message.h"
#include "support/nginx.h"
#include "support/temporary_folder.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// Two FastCGI handlers, up to four of mod_fcgid and up to sixteen CGI processes on one log.

namespace {

constexpr int kWave = 20, kWaves = 3;  // messages that are sent between what the test does

// mod_fcgid and mod_cgid start the same program.
constexpr char kApache[] = R"(
Define INBOUND_SMS_PROGRAM ROOT/program/inbound-sms.fcgi
Define INBOUND_SMS_URL /fcgid
Include ROOT/shipped/inbound-sms-fcgid.conf
Define INBOUND_SMS_URL /cgid
Include ROOT/shipped/inbound-sms-cgi.conf
)";

class OneLog {
 public:
  OneLog()
      : first_(folder_),
        second_(folder_, {{"INBOUND_SMS_LISTEN", "unix:" + folder_.path() + "/second"}}),
        nginx_(folder_, {.upstream = "server " + first_.address() + "; server " +
                                     second_.address() + "; keepalive 8;"}) {
    install_handler(apache_root(folder_) + "/program", "inbound-sms.fcgi",
                    "INBOUND_SMS_LOG=" + folder_.path() + "/log/%Y-%m-%d.jsonl\n");
    apache_.emplace(folder_, ApacheOptions{.modules = {"fcgid", "cgid"}, .config = kApache});
  }

  std::vector<std::string> urls() const {
    return {nginx_.url(), apache_->url("/fcgid"), apache_->url("/cgid")};
  }
  std::string words() const { return first_.words() + second_.words() + apache_->error_log(); }

  // The newest file, under a name that log rotation could give it.
  void rename_log(int number) const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder_.path() + "/log"))
      if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    BOOST_REQUIRE(!files.empty());
    const std::string newest = *std::max_element(files.begin(), files.end());
    fs::rename(newest, newest + "-" + std::to_string(number));
  }

  // In all files, whatever their names are.
  std::size_t lines() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder_.path() + "/log")) {
      if (!contains(entry.path().string(), ".jsonl")) continue;
      const std::string text = read_file(entry.path());
      count += std::size_t(std::count(text.begin(), text.end(), '\n'));
    }
    return count;
  }

  // How often each message stands in all files.
  std::map<std::string, int> logged() const {
    // read_log() reads what is called so.
    for (const auto& entry : fs::directory_iterator(folder_.path() + "/log"))
      if (contains(entry.path().string(), ".jsonl-"))
        fs::rename(entry, entry.path().string() + ".jsonl");
    std::map<std::string, int> times;
    for (const auto& line : read_log(folder_.path() + "/log"))
      ++times[string_of(line["message"], "messageId")];
    return times;
  }

 private:
  TemporaryFolder folder_;
  Handler first_, second_;
  Nginx nginx_;
  std::optional<Apache> apache_;
};

std::string id_of(int number) {
  return "0C" + std::to_string(100 + number);
}

// Sends every wave that has come with all that came before to the URL, in an order of its own,
// and whatever got no 204 again, as Vonage does. Returns how many got none for long.
int deliver_all(const std::string& url, unsigned seed, const std::atomic<int>& waves) {
  std::mt19937 random(seed);
  int lost = 0;
  for (int wave = 1; wave <= kWaves; ++wave) {
    if (!wait_until([&] { return waves >= wave; })) return 1;
    std::vector<int> numbers(std::size_t(wave * kWave));
    std::iota(numbers.begin(), numbers.end(), 0);
    std::shuffle(numbers.begin(), numbers.end(), random);
    for (const int number : numbers) {
      const std::string query = url + "?" + message(id_of(number));
      lost += wait_until([&] { return send({.url = query}).status == 204; }) ? 0 : 1;
    }
  }
  return lost;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(several_ways_at_once)

BOOST_AUTO_TEST_CASE(each_message_is_on_the_one_log_once) {
  const OneLog log;
  const std::map<std::string, unsigned> senders = {
      {log.urls()[0], 4}, {log.urls()[1], 4}, {log.urls()[2], 16}};
  std::atomic<int> waves = 0;  // that have been sent so far
  std::vector<std::future<int>> deliveries;
  for (const auto& [url, count] : senders)
    for (unsigned i = 0; i < count; ++i)
      deliveries.push_back(std::async(std::launch::async, [&, target = url, seed = i] {
        return deliver_all(target, seed, waves);
      }));
  // Renamed while the other half of the wave is stored.
  for (std::size_t half = kWave / 2; waves < kWaves; half += kWave) {
    ++waves;
    BOOST_CHECK(wait_until([&] { return log.lines() >= half; }));
    log.rename_log(waves);
  }
  for (auto& delivery : deliveries) BOOST_TEST(delivery.get() == 0);

  std::map<std::string, int> once;
  for (int number = 0; number < kWaves * kWave; ++number) once[id_of(number)] = 1;
  BOOST_TEST((log.logged() == once), log.words());
}

BOOST_AUTO_TEST_SUITE_END()
