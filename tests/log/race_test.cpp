#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <random>

#include "log/child.h"
#include "log/log_world.h"
#include "log/scan.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using boost::test_tools::per_element;

// Real processes on one real log, all at once: such that live on, and such that live for one
// message as under CGI. They share a clock that the test moves.

namespace {

// What all processes see: in memory that they share.
struct Shared {
  std::atomic<Time::rep> now;
  std::atomic<int> waves;  // of messages that have been sent so far
  std::atomic<bool> over;
  std::array<std::atomic<int>, 64> commits;  // of each process
};

class SharedWorld final : public Clock {
 public:
  SharedWorld() {
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    BOOST_REQUIRE(memory != MAP_FAILED);
    shared_ = new (memory) Shared{};
    set(*from_iso("2026-11-24T23:59:59.000000Z"));
  }
  SharedWorld(const SharedWorld&) = delete;
  SharedWorld& operator=(const SharedWorld&) = delete;
  ~SharedWorld() override { ::munmap(shared_, sizeof(Shared)); }

  Time now() const override { return Time(Time::duration(shared_->now.load())); }
  void set(Time time) { shared_->now = time.time_since_epoch().count(); }
  Shared& operator*() const { return *shared_; }

 private:
  Shared* shared_;
};

constexpr int kWave = 20, kWaves = 3;  // messages that are sent between what the test does

struct Race {
  TemporaryFolder temporary;
  std::string folder = temporary.path() + "/log";
  JournalOptions options{*LogPattern::parse(folder + "/%Y-%m-%d.jsonl")};
  SharedWorld world;
  std::vector<std::unique_ptr<Child>> children;

  std::unique_ptr<Journal> start(Recall recall) {
    JournalOptions its = options;
    its.recall = recall;
    return std::make_unique<Journal>(std::move(its), posix_disk(), world, [](std::string_view) {});
  }

  std::string results_of(std::size_t child) const {
    return temporary.path() + "/results-" + std::to_string(child);
  }

  // A process that is sent every wave, in an order of its own and with all that was sent before,
  // in batches. It writes down which messages were stored by it.
  void run_process(Recall recall, std::size_t batch_size) {
    const std::size_t number = children.size();
    children.push_back(std::make_unique<Child>([this, recall, batch_size, number] {
      std::mt19937 random{unsigned(number)};
      std::ofstream results(results_of(number));
      std::unique_ptr<Journal> journal = start(recall);
      for (int wave = 1; wave <= kWaves; ++wave) {
        if (!wait_until([&] { return (*world).waves >= wave; })) return false;
        std::vector<int> numbers(std::size_t(wave * kWave));
        std::iota(numbers.begin(), numbers.end(), 0);
        std::shuffle(numbers.begin(), numbers.end(), random);
        for (std::size_t at = 0; at < numbers.size(); at += batch_size) {
          if (recall == Recall::search) journal = start(recall);
          const std::size_t end = std::min(numbers.size(), at + batch_size);
          if (!deliver(*journal, {numbers.begin() + long(at), numbers.begin() + long(end)},
                       results))
            return false;
        }
      }
      return bool(results.flush());
    }));
  }

  bool deliver(Journal& journal, const std::vector<int>& numbers, std::ostream& results) {
    std::vector<Record> batch;
    for (const int number : numbers) batch.push_back(message(number, world.now()));
    const std::vector<Outcome> outcomes = journal.commit(batch);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (outcomes[i] == Outcome::failed) return false;
      if (outcomes[i] == Outcome::stored) results << numbers[i] << '\n';
    }
    return true;
  }

  std::vector<LogFile> files() const {
    const Result<std::vector<LogFile>> listed = options.pattern.list(posix_disk());
    BOOST_REQUIRE(bool(listed));
    return *listed;
  }

  // How often each message is on the log; every line must be sound.
  std::map<int, int> on_log() const {
    std::map<int, int> times;
    for (const LogFile& file : files()) {
      const auto there = std::move(*posix_disk().open(file.path, Disk::Open::read));
      ChainCheck chain;
      const auto read = scan_lines(*there, 0, file.size, [&](const ScannedLine& line) {
        BOOST_TEST(chain.next(line.text).has_value(), file.path << ": " << line.text);
        ++times[message_number(line.text)];
      });
      BOOST_TEST((read && *read == file.size), file.path);
    }
    return times;
  }

  std::size_t lines() const {
    std::size_t count = 0;
    for (const LogFile& file : files()) {
      const std::string text = read_file(file.path);
      count += std::size_t(std::count(text.begin(), text.end(), '\n'));
    }
    return count;
  }

  // Sends the next wave; returns when so many messages are on the log.
  void send_wave(std::size_t until) {
    ++(*world).waves;
    BOOST_REQUIRE(wait_until([&] { return lines() >= until; }));
  }

  // While processes write to it.
  void rename_newest_file() {
    const std::string path = files().back().path;
    std::filesystem::rename(path, path + ".1");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(race, Race)

BOOST_AUTO_TEST_CASE(a_crowd_stores_each_message_once_over_midnight_and_renames) {
  for (int i = 0; i < 2; ++i) run_process(Recall::memory, 4);
  for (int i = 0; i < 4; ++i) run_process(Recall::memory, 1);
  for (int i = 0; i < 16; ++i) run_process(Recall::search, 1);
  send_wave(kWave / 2);
  rename_newest_file();
  send_wave(kWave + kWave / 2);
  world.set(world.now() + 1h);
  send_wave(2 * kWave + kWave / 2);
  rename_newest_file();
  for (const auto& child : children) BOOST_TEST(child->ended_well());

  std::map<int, int> once;
  for (int number = 0; number < kWaves * kWave; ++number) once[number] = 1;
  BOOST_TEST((on_log() == once));
  std::map<int, int> said_to_be_stored;
  for (std::size_t child = 0; child < children.size(); ++child) {
    std::ifstream results(results_of(child));
    for (int number; results >> number;) ++said_to_be_stored[number];
  }
  BOOST_TEST((said_to_be_stored == once));
  std::vector<std::string> names;
  for (const LogFile& file : files()) names.push_back(file.path.substr(folder.size() + 1));
  BOOST_TEST(std::count(names.begin(), names.end(), "2026-11-24.jsonl.1") == 1);
  BOOST_TEST(std::count_if(names.begin(), names.end(), [](const std::string& name) {
               return name.starts_with("2026-11-25.jsonl");
             }) >= 1);
}

// Two handlers that commit without a pause, and one message after the other for a process of its
// own: each has to be through before its web server gets a 503.
BOOST_AUTO_TEST_CASE(a_process_for_one_message_gets_its_turn_beside_busy_ones) {
  constexpr int kBusy = 2, kTurns = 20;
  for (int busy = 0; busy < kBusy; ++busy) {
    children.push_back(std::make_unique<Child>([this, busy] {
      const std::unique_ptr<Journal> journal = start(Recall::memory);
      for (int number = 1000 * (busy + 1); !(*world).over; ++number) {
        const Record record = message(number, world.now());
        if (journal->commit({&record, 1}).front() != Outcome::stored) return false;
        ++(*world).commits[std::size_t(busy)];
      }
      return true;
    }));
  }
  const auto commits = [&] { return (*world).commits[0] + (*world).commits[1]; };
  BOOST_REQUIRE(wait_until([&] { return commits() > 10; }));
  const int before = commits();
  for (int turn = 0; turn < kTurns; ++turn) {
    const auto begun = std::chrono::steady_clock::now();
    const Record record = message(turn, world.now());
    BOOST_TEST((start(Recall::search)->commit({&record, 1}).front() == Outcome::stored));
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 8s));
  }
  BOOST_TEST(commits() - before >= kTurns / 2);  // they were busy
  (*world).over = true;
  for (const auto& child : children) BOOST_TEST(child->ended_well());
}

BOOST_AUTO_TEST_SUITE_END()
