#pragma once

#include <string>

namespace inbound_sms::testing {

// A folder of its own for one test; it goes with its contents. It belongs to the user of
// ordinary_user(), so that servers which the test starts as that user can write there.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The whole content of a file; empty when there is none.
std::string read_file(const std::string& path);

}  // namespace inbound_sms::testing
