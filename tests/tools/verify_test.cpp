#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "support/handler.h"
#include "tools/tool.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

namespace {

struct LogOfTwoDays : WrittenLog {
  LogOfTwoDays() {
    for (const char* text : {"one", "two", "three"}) append("2026-11-24", text);
    append("2026-11-25", "four");
  }

  // Puts a text in the place of another one of the same file.
  void change(const std::string& day, const std::string& from, const std::string& to) {
    std::string bytes = read_file(file(day));
    bytes.replace(bytes.find(from), from.size(), to);
    write_file(file(day), bytes);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verify, LogOfTwoDays)

BOOST_AUTO_TEST_CASE(a_sound_log_is_exit_code_0_and_one_line) {
  Tool tool({"verify"}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.output() == "2 files, 4 lines, 0 findings\n");
}

BOOST_AUTO_TEST_CASE(root_follows_no_link_of_the_user_of_the_folder,
                     *boost::unit_test::precondition(is_root)) {
  const TemporaryFolder of_root;
  const std::string secret = of_root.path() + "/secret";
  std::filesystem::rename(file("2026-11-24"), secret);
  BOOST_REQUIRE(::chown(secret.c_str(), 0, 0) == 0 && ::chmod(secret.c_str(), 0600) == 0);
  std::filesystem::create_symlink(secret, file("2026-11-24"));
  for (const std::string command : {" verify", " follow --all"}) {
    const std::string run = "INBOUND_SMS_LOG='" + pattern() + "' timeout 30 " +
                            program("inbound-sms") + command + " >/dev/null 2>&1";
    BOOST_TEST(WEXITSTATUS(std::system(run.c_str())) == 74);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_line_is_exit_code_1_and_named_by_file_and_number) {
  change("2026-11-24", "two", "2");
  Tool tool({"verify"}, settings());
  BOOST_TEST(tool.wait() == 1);
  BOOST_TEST(tool.output() == file("2026-11-24") +
                                  ":2: it was changed, or a line before it is missing\n"
                                  "2 files, 4 lines, 1 finding\n");
}

BOOST_AUTO_TEST_CASE(the_rejected_log_is_looked_at_too) {
  std::filesystem::create_directory(folder.path() + "/rejected");
  const std::string rejected = folder.path() + "/rejected/2026-11-24.jsonl";
  write_file(rejected, "damaged\n");
  Tool tool({"verify"}, settings());
  BOOST_TEST(tool.wait() == 1);
  BOOST_TEST(tool.shows(rejected + ":1: damaged: "));
  BOOST_TEST(tool.shows("\n3 files, 5 lines, 1 finding\n"));
}

BOOST_AUTO_TEST_CASE(files_that_are_named_are_read_wherever_they_lie) {
  const TemporaryFolder elsewhere;
  const std::string copy = elsewhere.path() + "/copy";
  write_file(copy, read_file(file("2026-11-24")) + "torn");
  Tool tool({"verify", copy, file("2026-11-25")}, settings());
  BOOST_TEST(tool.wait() == 1);
  BOOST_TEST(tool.output() ==
             copy + ":4: torn: 4 bytes without an end\n2 files, 4 lines, 1 finding\n");
}

BOOST_AUTO_TEST_CASE(another_log_can_be_named) {
  Tool tool({"verify", "--log", pattern()});
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.shows("2 files, 4 lines, 0 findings"));
}

BOOST_AUTO_TEST_CASE(a_log_without_a_file_is_not_called_sound) {
  Tool tool({"verify", "--log", folder.path() + "/elsewhere/%Y.jsonl"});
  BOOST_TEST(tool.wait() == 74);
  BOOST_TEST(tool.shows("no file of the log is in " + folder.path() + "/elsewhere\n"));
}

BOOST_AUTO_TEST_CASE(what_has_no_size_is_not_called_sound) {
  const std::string pipe = folder.path() + "/pipe";
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  Tool tool({"verify", pipe, "/dev/zero"});
  BOOST_TEST(tool.wait() == 74);
  BOOST_TEST(tool.shows("/pipe is not a regular file\n"));
  BOOST_TEST(tool.shows("/dev/zero is not a regular file\n"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_exit_code_74_and_the_others_are_read) {
  Tool tool({"verify", folder.path() + "/none", folder.path(), file("2026-11-24")}, settings());
  BOOST_TEST(tool.wait() == 74);
  BOOST_TEST(tool.shows("none: No such file or directory\n"));
  BOOST_TEST(tool.shows(folder.path() + " is not a regular file\n"));
  BOOST_TEST(tool.shows("3 files, 3 lines, 0 findings\n"));
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_exit_code_64) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"verify", "--logs", "/x"}, {"verify", "--log", "x"}}) {
    Tool tool(arguments);
    BOOST_TEST(tool.wait() == 64);
    BOOST_TEST(tool.shows("`inbound-sms verify --help` lists the options\n"));
  }
}

BOOST_AUTO_TEST_CASE(its_help_fits_a_screen) {
  Tool tool({"verify", "--help"});
  BOOST_TEST(tool.wait() == 0);
  const std::string help = tool.output();
  BOOST_TEST(std::count(help.begin(), help.end(), '\n') <= 24);
}

BOOST_AUTO_TEST_SUITE_END()
