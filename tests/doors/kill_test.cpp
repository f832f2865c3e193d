#include <algorithm>
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "doors/apache_doors.h"
#include "support/handler.h"
#include "support/json.h"
#include "support/nginx.h"
#include "support/processes.h"
#include "support/rounds.h"
#include "support/text.h"
#include "support/wait.h"
#include "tools/deliver.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

// kill -9 of what runs of the program, at any instant and over and over, while a simulated
// Vonage delivers messages and repeats what it got no 204 for.

namespace {

constexpr std::array kForms{tools::Form::get, tools::Form::post, tools::Form::post_json};
constexpr tools::RetrySchedule kAtOnce{10ms, 10ms, 10min};

// A way in which the program runs, and can be killed.
class Victim {
 public:
  virtual ~Victim() = default;
  virtual std::string url() const = 0;
  virtual std::vector<rapidjson::Document> log() const = 0;
  virtual std::string words() const = 0;  // of all that were killed, too
  // Kills what runs now, or one of several, and sees to it that others follow. Says how many it
  // killed.
  virtual int kill(std::mt19937& random) = 0;
};

class BehindNginx final : public Victim {
 public:
  std::string url() const override { return nginx_.url(); }
  std::vector<rapidjson::Document> log() const override { return handler_->log(); }

  std::string words() const override {
    std::string words;
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (entry.path().filename().string().starts_with("handler-"))
        words += read_file(entry.path());
    return words;
  }

  int kill(std::mt19937&) override {
    handler_->process().signal(SIGKILL);
    handler_.emplace(folder_);
    return 1;
  }

 private:
  TemporaryFolder folder_;
  std::optional<Handler> handler_{std::in_place, folder_};
  Nginx nginx_{folder_, {.upstream = "server " + handler_->address() + "; keepalive 16;"}};
};

// Apache starts others by itself.
class BehindApache final : public Victim {
 public:
  explicit BehindApache(ApacheWay way, const std::string& config = {})
      : door_(way, {.config = config}) {}

  std::string url() const override { return door_.url(); }
  std::vector<rapidjson::Document> log() const override { return door_.log(); }
  std::string words() const override { return door_.words(); }

  // As often all of them as one, whose work those that live on have to clear up.
  int kill(std::mt19937& random) override {
    std::vector<pid_t> chosen = processes_in(door_.folder());
    std::shuffle(chosen.begin(), chosen.end(), random);
    if (chosen.size() > 1 && random() % 2 == 0) chosen.resize(1);
    return int(std::count_if(chosen.begin(), chosen.end(),
                             [](pid_t pid) { return ::kill(pid, SIGKILL) == 0; }));
  }

 private:
  ApacheDoor door_;
};

// How much there is of both in a round: less where it takes longer to come back.
struct Pace {
  int messages;
  int between_kills;  // messages that are acknowledged from one kill to the next, at most
};

struct Tally {
  int kills = 0, messages = 0, lost = 0, twice = 0;
};

// Of different lengths: what one leaves behind when it dies, the next need not cover.
std::vector<tools::Delivery> new_messages(int first, int count) {
  std::vector<tools::Delivery> messages;
  for (int number = first; number < first + count; ++number) {
    const std::string id = "0C" + std::to_string(100000 + number);
    const std::string text(std::size_t(number * 37 % 160), 'x');
    messages.emplace_back(tools::sms_events({.id = id, .text = text}).front(), kAtOnce);
  }
  return messages;
}

// Returns when each of the round's messages has been acknowledged.
void deliver_and_kill(Victim& victim, const Pace& pace, tools::Form form, std::mt19937& random,
                      Tally& tally) {
  auto messages = new_messages(tally.messages, pace.messages);
  const tools::Route route{.url = victim.url(), .form = form};
  std::atomic<int> acknowledged = 0;
  auto delivered = std::async(std::launch::async, [&] {
    tools::deliver(messages, route, [&](const tools::Delivery&) { ++acknowledged; });
  });
  std::uniform_int_distribution<int> more(1, pace.between_kills), instant(0, 5000);
  for (int next = more(random); next < pace.messages; next += more(random)) {
    BOOST_CHECK(wait_until([&] { return acknowledged >= next; }));
    std::this_thread::sleep_for(std::chrono::microseconds(instant(random)));
    tally.kills += victim.kill(random);
  }
  delivered.get();
  for (const tools::Delivery& message : messages)
    BOOST_REQUIRE_MESSAGE(message.taken(), tools::report_of(message));
  tally.messages += pace.messages;
}

// For all messages that were ever acknowledged.
void check_log(const Victim& victim, Tally& tally) {
  std::map<std::string, int> times;
  for (const auto& line : victim.log()) ++times[string_of(line["message"], "messageId")];
  tally.lost = tally.messages - int(times.size());
  tally.twice = int(std::count_if(times.begin(), times.end(),
                                  [](const auto& message) { return message.second > 1; }));
  BOOST_REQUIRE_MESSAGE(tally.lost == 0 && tally.twice == 0,
                        std::to_string(tally.lost) + " lost, " + std::to_string(tally.twice) +
                            " twice; it said:\n" + victim.words());
}

void survives_kills(const std::string& name, Victim& victim, const Pace& pace) {
  std::mt19937 random{std::random_device()()};
  Tally tally;
  const int all_rounds = rounds();
  for (int round = 0; round < all_rounds; ++round) {
    deliver_and_kill(victim, pace, kForms[std::size_t(round) % kForms.size()], random, tally);
    check_log(victim, tally);
  }
  BOOST_TEST(tally.kills >= all_rounds);
  std::cout << name << ": " << all_rounds << " rounds, " << tally.kills << " kills ("
            << count_of(victim.words(), "cut off that were never synced")
            << " times between write and sync), " << tally.messages << " messages: " << tally.lost
            << " lost, " << tally.twice << " twice" << std::endl;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_9_under_load)

BOOST_AUTO_TEST_CASE(behind_nginx_nothing_acknowledged_is_lost_and_nothing_is_there_twice) {
  BehindNginx victim;
  survives_kills("nginx + FastCGI", victim, {.messages = 1000, .between_kills = 50});
}

// Which would else start no others for a while after many have died, and find out late.
BOOST_AUTO_TEST_CASE(behind_mod_fcgid_nothing_acknowledged_is_lost_and_nothing_is_there_twice) {
  BehindApache victim(ApacheWay::fcgid, R"(
    FcgidSpawnScoreUpLimit 1000000
    FcgidErrorScanInterval 1
    FcgidZombieScanInterval 1
  )");
  survives_kills("mod_fcgid", victim, {.messages = 300, .between_kills = 150});
}

BOOST_AUTO_TEST_CASE(behind_mod_cgid_nothing_acknowledged_is_lost_and_nothing_is_there_twice) {
  BehindApache victim(ApacheWay::cgid);
  survives_kills("mod_cgid", victim, {.messages = 150, .between_kills = 20});
}

BOOST_AUTO_TEST_SUITE_END()
