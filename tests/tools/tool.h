#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "log/line.h"
#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// The operator's tool as its user starts it: the program, its output, its exit code.
class Tool {
 public:
  explicit Tool(const std::vector<std::string>& arguments, const Environment& environment = {});

  std::string output() const { return process_.output(); }  // both stdout and stderr
  bool shows(const std::string& text) const { return output().find(text) != std::string::npos; }

  // False when it never does.
  bool comes_to_show(const std::string& text) const;

  int wait() { return process_.wait(); }
  int end_by(int number);

 private:
  TemporaryFolder folder_;
  ChildProcess process_;
};

// A log in a folder of its own, written as any other program would: without `.synced`. Its files
// belong to the user that the tool runs as.
class WrittenLog {
 public:
  std::string pattern() const { return folder.path() + "/%Y-%m-%d.jsonl"; }
  Environment settings() const { return {{"INBOUND_SMS_LOG", pattern()}}; }
  std::string file(const std::string& day) const { return folder.path() + "/" + day + ".jsonl"; }

  // Appends a message with this text to the file of this day, and returns its line.
  std::string append(const std::string& day, const std::string& text);

  TemporaryFolder folder;

 private:
  log::CrcDigits digits_;
};

// A precondition of Boost.Test.
boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id);

// Makes a text file anew, belonging to the user that the tool runs as.
void write_file(const std::string& path, const std::string& text);

}  // namespace inbound_sms::testing
