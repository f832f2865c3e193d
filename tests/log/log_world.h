#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "log/fake_clock.h"
#include "log/fake_disk.h"
#include "log/journal.h"

namespace inbound_sms::log {

// A message by its number, which is its messageId and its key.
Record message(int number, Time received);
Key key_of(int number);
// The number of the message on a line; -1 where there is none.
int message_number(std::string_view line);

// What the files of a log hold, for readers that trust nothing.
struct LogContent {
  std::vector<std::string> lines;   // in the order of the files
  std::vector<int> messages;        // the numbers of those
  std::vector<std::string> faults;  // lines that are not whole or whose crc is wrong
};
LogContent content_of(const FakeDisk& disk, const LogPattern& pattern);

// A machine with a log at /log/%Y-%m-%d.jsonl and as many processes as a test starts. It is noon
// of the 24th of November 2026.
class LogWorld {
 public:
  explicit LogWorld(const std::string& pattern = "/log/%Y-%m-%d.jsonl");

  // A process that writes to the log. It dies when the pointer is reset.
  std::unique_ptr<Journal> start() { return start(options.recall); }
  std::unique_ptr<Journal> start(Recall recall);

  // Commits the messages of these numbers, received now, as one batch: "stored duplicate failed".
  std::string commit(Journal& journal, const std::vector<int>& numbers);

  // The numbers of the messages on the log; every line is checked to be whole and sound.
  std::vector<int> on_log() const;

  // The file for now, and what stands beside it.
  std::string file() const { return options.pattern.path_at(clock.time); }
  std::string beside(const std::string& part) const;  // the path of the only name that has it

  // True when one of the reports has this text.
  bool was_reported(const std::string& text) const;

  JournalOptions options;
  FakeClock clock;
  FakeDisk disk;
  std::vector<std::string> reports;
};

}  // namespace inbound_sms::log
