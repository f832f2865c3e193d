#include "support/fixtures.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/json.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

// Empty where none is named.
std::string folder_of_fixtures() {
  const char* folder = std::getenv("FIXTURES");
  return folder == nullptr ? "" : folder;
}

// The folder may hold other files beside the requests.
bool is_request(const fs::path& path) {
  return path.extension() == ".json" &&
         read_file(path).find("\"expect_kind\"") != std::string::npos;
}

std::vector<fs::path> fixtures() {
  std::vector<fs::path> paths;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder_of_fixtures(), unreadable)) {
    if (is_request(entry.path())) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::size_t add_fixture_cases(const std::function<void(const rapidjson::Document&)>& run) {
  namespace ut = boost::unit_test;
  const std::vector<fs::path> paths = fixtures();
  if (paths.empty()) return 0;
  auto* suite = BOOST_TEST_SUITE("fixture");
  for (const fs::path& path : paths) {
    const auto run_one = [run, path] { run(parse_json(read_file(path))); };
    suite->add(ut::make_test_case(run_one, path.stem().string(), __FILE__, __LINE__));
  }
  ut::framework::current_auto_test_suite().add(suite);
  return paths.size();
}

boost::test_tools::assertion_result fixtures_are_given(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result given(!folder_of_fixtures().empty());
  given.message() << "FIXTURES names no folder";
  return given;
}

}  // namespace inbound_sms::testing
