#include "secrets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"
#include "support/text.h"

using namespace inbound_sms;
using inbound_sms::testing::contains;
using inbound_sms::testing::TemporaryFolder;

namespace {

struct World {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/secrets";
  std::vector<std::string> reports;

  void write(const std::string& text, mode_t mode = 0600) const { write_to(path, text, mode); }

  static void write_to(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::ofstream(name) << text;
    BOOST_REQUIRE(::chmod(name.c_str(), mode) == 0);
  }

  // Puts another file in its place, in one step.
  void replace(const std::string& text, mode_t mode = 0600) const {
    write_to(path + ".new", text, mode);
    std::filesystem::rename(path + ".new", path);
  }

  vonage::Secrets read() const {
    const Result<vonage::Secrets> secrets = read_secrets(path);
    BOOST_REQUIRE_MESSAGE(secrets, (secrets ? "" : secrets.error().text));
    return *secrets;
  }

  // The exit code and what is said.
  std::pair<int, std::string> refused() const {
    const Result<vonage::Secrets> secrets = read_secrets(path);
    if (secrets) return {0, "taken"};
    BOOST_TEST(contains(secrets.error().text, path));
    BOOST_TEST(!contains(secrets.error().text, "hush"));
    return {secrets.error().number, secrets.error().text};
  }

  SecretsFile open() {
    return {path, read(), [this](std::string_view line) { reports.emplace_back(line); }};
  }
};

boost::test_tools::assertion_result may_give_files_away(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result root(::geteuid() == 0);
  root.message() << "only root may give a file to another user";
  return root;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(secrets, World)

BOOST_AUTO_TEST_CASE(each_line_is_a_secret_as_it_stands) {
  write("hush\n#not a comment = & é\n");
  BOOST_TEST((read() == vonage::Secrets{"hush", "#not a comment = & é"}));
  write("hush");
  BOOST_TEST((read() == vonage::Secrets{"hush"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_touch_is_refused) {
  for (const mode_t mode : {0640u, 0604u, 0660u, 0610u, 0602u, 0777u}) {
    write("hush\n", mode);
    BOOST_TEST(refused().first == 77, std::oct << mode);
    BOOST_TEST(contains(refused().second, "chmod 600"));
  }
  for (const mode_t mode : {0600u, 0400u, 0700u}) {
    write("hush\n", mode);
    BOOST_TEST(read().size() == 1U);
    BOOST_REQUIRE(::chmod(path.c_str(), 0600) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_another_user_is_refused,
                     *boost::unit_test::precondition(may_give_files_away)) {
  write("hush\n");
  BOOST_REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
  BOOST_TEST(refused().first == 77);
  BOOST_TEST(contains(refused().second, "another user"));
}

BOOST_AUTO_TEST_CASE(an_empty_secret_is_refused_with_its_line) {
  write("");
  BOOST_TEST(refused().first == 78);
  BOOST_TEST(contains(refused().second, "it is empty"));
  for (const char* text : {"\n", "hush\n\n", "\nhush\n"}) {
    write(text);
    BOOST_TEST(refused().first == 78, text);
    BOOST_TEST(contains(refused().second, "it is empty"), text);
  }
  write("hush\n\nhush\n");
  BOOST_TEST(contains(refused().second, "line 2: it is empty"));
}

BOOST_AUTO_TEST_CASE(what_nobody_would_see_in_a_secret_is_refused) {
  for (const char* text : {"hush \n", " hush\n", " \n", "hush\r\n", "\thush\n", "hu\x1bsh\n"}) {
    write(text);
    BOOST_TEST(refused().first == 78, text);
    BOOST_TEST(contains(refused().second, "line 1"), text);
  }
  write("hush\r\n");
  BOOST_TEST(contains(refused().second, "line 1: it ends like a line of Windows"));
  write("\xef\xbb\xbfhush\n");
  BOOST_TEST(contains(refused().second, "line 1: it begins with a byte order mark"));
  write(std::string("hu\0sh\n", 6));
  BOOST_TEST(refused().first == 78);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_of_secrets_is_refused_and_not_waited_for) {
  BOOST_TEST(refused().first == 78);
  BOOST_TEST(contains(refused().second, "No such file"));
  BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  BOOST_TEST(contains(refused().second, "it is not a file"));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  BOOST_TEST(contains(refused().second, "it is not a file"));
  std::filesystem::remove(path);
  write(std::string(64 * 1024 + 1, 'x'));
  BOOST_TEST(contains(refused().second, "64 KiB"));
}

BOOST_AUTO_TEST_CASE(a_new_file_counts_at_once) {
  write("old\n");
  SecretsFile file = open();
  BOOST_TEST((file.current() == vonage::Secrets{"old"}));
  replace("old\nnew\n");
  BOOST_TEST((file.current() == vonage::Secrets{"old", "new"}));
  replace("new\n");
  BOOST_TEST((file.current() == vonage::Secrets{"new"}));
  BOOST_TEST(reports.size() == 2U);
  BOOST_TEST(contains(reports.at(0), "2 are valid"));
}

// In the same step of the file system's clock, and of the same length.
BOOST_AUTO_TEST_CASE(a_file_that_is_written_in_place_counts_at_once) {
  write("0");
  SecretsFile file = open();
  for (int i = 0; i < 1000; ++i) {
    const std::string secret(1, char('a' + i % 26));
    std::fstream(path, std::ios::in | std::ios::out) << secret;
    BOOST_REQUIRE((file.current() == vonage::Secrets{secret}));
  }
}

BOOST_AUTO_TEST_CASE(what_was_valid_stays_so_where_the_new_file_cannot_be_taken) {
  write("old\n");
  SecretsFile file = open();
  const auto still_old = [&] { return file.current() == vonage::Secrets{"old"}; };
  write("");
  BOOST_TEST(still_old());
  BOOST_TEST(still_old());
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST(contains(reports.at(0), "it is empty; those that were read before stay valid"));
  replace("new\n", 0644);
  BOOST_TEST(still_old());
  std::filesystem::remove(path);
  BOOST_TEST(still_old());
  BOOST_TEST(still_old());
  BOOST_TEST(reports.size() == 3U);
  write("new\n");
  BOOST_TEST((file.current() == vonage::Secrets{"new"}));
  BOOST_TEST(reports.size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
