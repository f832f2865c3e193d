#pragma once

#include <memory>
#include <vector>

#include "log/crash_watch.h"

namespace inbound_sms::log {

// A world whose machine stops everywhere.
class CrashedEverywhere : public LogWorld {
 public:
  explicit CrashedEverywhere(CrashOptions how = {}) : watch_(disk, options, clock, how) {}

  // One batch; what it acknowledges has to survive from then on.
  void deliver(Journal& journal, const std::vector<int>& numbers) {
    std::vector<Record> batch;
    for (const int number : numbers) batch.push_back(message(number, clock.time));
    watch_.offer(numbers);
    watch_.take(numbers, journal.commit(batch));
  }

  // The process dies in the commit of this batch, at a fault that was set; false when it met none.
  bool die_with(std::unique_ptr<Journal> journal, const std::vector<int>& numbers) {
    bool died = false;
    try {
      deliver(*journal, numbers);
    } catch (const ProcessDied&) {
      died = true;
    }
    disk.heal();
    return died;
  }

  // The power is cut in the workload itself; all processes must be gone.
  void cut_power(const std::vector<Fate>& fates) {
    disk.power_cut(fates);
    watch_.begin_again();
  }

 private:
  CrashWatch watch_;
};

}  // namespace inbound_sms::log
