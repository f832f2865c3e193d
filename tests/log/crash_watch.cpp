#include "log/crash_watch.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <unordered_set>

namespace inbound_sms::log {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::unordered_set<std::size_t> seen;  // fingerprints of states, with what they have to keep
std::size_t states = 0;
SteadyClock::time_point first_began, last_ended;  // of all workloads

// Says at the end of the tests what was tried.
struct StatesTried {
  ~StatesTried() {
    if (states > 0)
      std::cout << states << " crash states (" << seen.size() << " different ones) in "
                << std::chrono::duration<double>(last_ended - first_began).count() << " s"
                << std::endl;
  }
};
BOOST_GLOBAL_FIXTURE(StatesTried);

std::size_t mix(std::size_t sum, std::size_t more) {
  return (sum ^ more) * 0x9e3779b97f4a7c15u + (sum >> 32);
}

std::size_t fingerprint_of(const Promises& promises) {
  std::size_t sum = promises.offered.size();
  for (const int number : promises.offered) sum = mix(sum, std::size_t(number));
  for (const int number : promises.acknowledged) sum = mix(sum, std::size_t(number) << 32);
  for (const std::string& line : promises.shown) sum = mix(sum, std::hash<std::string>()(line));
  return sum;
}

}  // namespace

CrashWatch::CrashWatch(FakeDisk& disk, const JournalOptions& options, const FakeClock& clock,
                       CrashOptions how, Promises promises)
    : disk_(disk),
      options_(options),
      clock_(clock),
      how_(how),
      promises_(std::move(promises)),
      reader_(std::make_unique<Follower>(disk, options.pattern)),
      revision_(disk.revision()) {
  if (states == 0) first_began = SteadyClock::now();
  disk_.between_calls = [this] {
    if (disk_.revision() != revision_) stop_here();
  };
}

CrashWatch::~CrashWatch() {
  disk_.between_calls = nullptr;
  last_ended = SteadyClock::now();
}

void CrashWatch::offer(const std::vector<int>& numbers) {
  promises_.offered.insert(numbers.begin(), numbers.end());
}

void CrashWatch::take(const std::vector<int>& numbers, const std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (outcomes[i] != Outcome::failed) promises_.acknowledged.insert(numbers[i]);
  disk_.between_two_calls([this] { stop_here(); });
}

void CrashWatch::stop_here() {
  revision_ = disk_.revision();
  const std::string wrong = show(*reader_, promises_);
  BOOST_TEST(wrong == "");
  to_keep_ = mix(fingerprint_of(promises_), std::size_t(clock_.time.time_since_epoch().count()));
  check(disk_.after_death(), "its processes died");
  each_power_cut(disk_, how_.tears,
                 [this](const FakeDisk& machine) { check(machine, "a power cut"); });
}

void CrashWatch::check(const FakeDisk& machine, const char* why) {
  ++states;
  const std::size_t fingerprint = machine.fingerprint();
  if (!seen.insert(mix(mix(to_keep_, fingerprint), std::size_t(how_.again))).second) return;
  const Recall first = fingerprint % 2 == 0 ? Recall::memory : Recall::search;
  const std::string broken = broken_promise(machine, options_, clock_, promises_, first);
  if (!broken.empty()) BOOST_ERROR(why << " after " << disk_.last_step() << ": " << broken);
  if (how_.again > 0) stop_in_recovery(machine);
}

void CrashWatch::stop_in_recovery(FakeDisk machine) {
  FakeClock later = clock_;
  later.time += std::chrono::seconds(1);
  CrashWatch watch(machine, options_, later, {Tears::few, how_.again - 1}, promises_);
  Journal journal(options_, machine, later, [](std::string_view) {});
  std::vector<Record> batch;
  for (const int number : promises_.offered) batch.push_back(message(number, later.time));
  const std::vector<int> numbers(promises_.offered.begin(), promises_.offered.end());
  watch.take(numbers, journal.commit(batch));
}

}  // namespace inbound_sms::log
