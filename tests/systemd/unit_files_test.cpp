#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/child_process.h"
#include "support/temporary_folder.h"
#include "support/text.h"
#include "systemd/machine.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What systemd says of the units that `make install` installs, without starting them.

namespace {

struct Installed : TemporaryFolder {
  std::string tree() const { return path() + "/tree"; }
  std::string unit(const std::string& name, const std::string& prefix = "/usr/local") const {
    return tree() + prefix + "/lib/systemd/system/inbound-sms." + name;
  }
  std::string analyze(std::vector<std::string> command) const {
    command.insert(command.begin(), "systemd-analyze");
    ChildProcess analysis(command, {}, path() + "/analysis", {}, RunAs::tester);
    const int code = analysis.wait();
    BOOST_TEST(code == 0, analysis.output());
    return analysis.output();
  }
};

// "→ Overall exposure level for inbound-sms.service: 0.2 SAFE"
double exposure_in(const std::string& analysis) {
  const std::string before = "level for inbound-sms.service: ";
  const std::size_t at = analysis.find(before);
  BOOST_REQUIRE_MESSAGE(at != analysis.npos, analysis);
  return std::strtod(analysis.c_str() + at + before.size(), nullptr);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(unit_files, Installed)

BOOST_AUTO_TEST_CASE(the_service_is_exposed_by_1_0_of_10_at_most) {
  install_into(tree());
  const double exposure =
      exposure_in(analyze({"security", "--offline=true", "--no-pager", unit("service")}));
  BOOST_TEST_MESSAGE("exposure: " << exposure);
  BOOST_TEST(exposure > 0);
  BOOST_TEST(exposure <= 1.0);
}

// With the units of systemd itself, on which they depend.
BOOST_AUTO_TEST_CASE(systemd_finds_nothing_to_complain_about) {
  install_into(tree());
  fs::create_directories(tree() + "/usr/lib/systemd");
  fs::copy("/usr/lib/systemd/system", tree() + "/usr/lib/systemd/system",
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  BOOST_TEST(analyze({"verify", "--root=" + tree(), unit("service"), unit("socket")}) == "");
}

BOOST_AUTO_TEST_CASE(the_service_names_the_handler_where_it_was_installed) {
  install_into(tree(), "/opt/sms");
  const std::string service = read_file(unit("service", "/opt/sms"));
  BOOST_TEST(contains(service, "\nExecStart=/opt/sms/libexec/inbound-sms.fcgi\n"));
  BOOST_TEST(!contains(service, "/usr/local"));
  BOOST_TEST(fs::exists(tree() + "/opt/sms/libexec/inbound-sms.fcgi"));
}

BOOST_AUTO_TEST_SUITE_END()
