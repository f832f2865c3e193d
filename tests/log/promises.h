#pragma once

#include <set>
#include <string>

#include "log/follower.h"
#include "log/log_world.h"

namespace inbound_sms::log {

// What those outside may rely on, whatever happens to the machine.
struct Promises {
  std::set<int> offered;             // the numbers of the messages that were ever delivered
  std::set<int> acknowledged;        // of those that were answered 204
  std::set<std::string> shown = {};  // the lines that a reader has given
};

// Starts a process on a machine on which all others have died, has everything that was ever
// offered delivered again, a second later, and cuts the power; then once more with a process of
// the other kind of recall. The promises hold when each message is on the log once, with a right
// crc, those that were acknowledged before were taken for repeats, and every line is there that
// was shown, or is shown to a reader who comes before that process. Returns what is wrong; empty:
// nothing.
std::string broken_promise(FakeDisk machine, const JournalOptions& options, const FakeClock& clock,
                           Promises promises, Recall first = Recall::memory);

// Adds what the reader gives to the lines that were shown; returns what is wrong.
std::string show(Follower& reader, Promises& promises);

}  // namespace inbound_sms::log
