#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "log/log_world.h"

namespace inbound_sms::log {

inline const std::string kFile = "/log/2026-11-24.jsonl";
inline const std::string kMark = "/log/.synced";

// A log with message 1 on it, and the process that wrote it.
struct RunningLog : LogWorld {
  std::unique_ptr<Journal> journal = start();
  std::string before;  // the file with message 1 on it

  RunningLog() {
    BOOST_REQUIRE(commit(*journal, {1}) == "stored");
    before = disk.bytes(kFile);
    disk.clear_calls();
  }

  // Commits 2, at which the process dies at the call that the fault names.
  void die_at(Fault fault) {
    fault.number = Fault::kProcessDies;
    disk.fail(fault);
    BOOST_CHECK_THROW(commit(*journal, {2}), ProcessDied);
    journal.reset();
    disk.heal();
    disk.clear_calls();
  }

  std::string step(std::size_t i) const {
    return i < disk.steps().size() ? disk.steps()[i] : "nothing";
  }

  // The same of the steps that change or sync kFile itself.
  std::string step_on_file(std::size_t i) const {
    for (const std::string& step : disk.steps())
      if (step.ends_with(" " + kFile) && i-- == 0) return step;
    return "nothing";
  }
};

}  // namespace inbound_sms::log
