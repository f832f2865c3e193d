#include "support/temporary_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "support/ordinary_user.h"

namespace inbound_sms::testing {

TemporaryFolder::TemporaryFolder() {
  path_ = std::filesystem::temp_directory_path() / "inbound-sms-XXXXXX";
  const OrdinaryUser user = ordinary_user();
  if (::mkdtemp(path_.data()) == nullptr || ::chown(path_.c_str(), user.uid, user.gid) != 0) {
    throw std::system_error(errno, std::generic_category(), path_);
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace inbound_sms::testing
