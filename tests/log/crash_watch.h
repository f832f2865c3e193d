#pragma once

#include <memory>
#include <string>

#include "log/crash_states.h"
#include "log/promises.h"

namespace inbound_sms::log {

// A sanitizer makes a state ten times as dear, and looks for other faults than those of one byte.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr Tears kUsualTears = Tears::few;
#else
inline constexpr Tears kUsualTears = Tears::at_every_byte;
#endif

// How much is tried where a machine stops.
struct CrashOptions {
  Tears tears = kUsualTears;
  // How often the machine stops again, at every call, while a process brings the log into order.
  int again = 0;
};

// Stops a machine before every call that comes after a change, each time in every way: all of its
// processes die, or its power is cut. What is left has to keep the promises. A reader looks at the
// log at each of these moments. States that were seen before, in whatever workload, are counted and
// not looked at again.
class CrashWatch {
 public:
  // All must outlive it.
  CrashWatch(FakeDisk& disk, const JournalOptions& options, const FakeClock& clock,
             CrashOptions how, Promises promises = {});
  ~CrashWatch();
  CrashWatch(const CrashWatch&) = delete;
  CrashWatch& operator=(const CrashWatch&) = delete;

  // The batch of these numbers is about to be committed.
  void offer(const std::vector<int>& numbers);
  // It was, with these outcomes.
  void take(const std::vector<int>& numbers, const std::vector<Outcome>& outcomes);
  // The power was cut in the workload itself.
  void begin_again() { reader_ = std::make_unique<Follower>(disk_, options_.pattern); }

 private:
  void stop_here();
  void check(const FakeDisk& machine, const char* why);
  void stop_in_recovery(FakeDisk machine);

  FakeDisk& disk_;
  const JournalOptions& options_;
  const FakeClock& clock_;
  const CrashOptions how_;
  Promises promises_;
  std::unique_ptr<Follower> reader_;
  std::size_t revision_;     // of the disk when the machine was last stopped
  std::size_t to_keep_ = 0;  // the promises' fingerprint
};

}  // namespace inbound_sms::log
