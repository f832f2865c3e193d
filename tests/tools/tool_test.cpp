#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/descriptor.h"
#include "support/handler.h"
#include "support/text.h"
#include "support/wait.h"
#include "tools/tool.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

namespace {

// A terminal to whose program side a program may write.
class Terminal {
 public:
  Terminal() {
    int ours, theirs;
    BOOST_REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
    ours_.reset(ours);
    theirs_.reset(theirs);
  }
  int program_side() const { return theirs_.get(); }

  // What arrives up to a newline, or until nothing more comes.
  std::string read_line() const {
    std::string text;
    pollfd readable{ours_.get(), POLLIN, 0};
    while (!text.ends_with('\n') &&
           ::poll(&readable, 1, int(std::chrono::milliseconds(kHang).count())) == 1) {
      char bytes[4096];
      text.append(bytes,
                  std::size_t(std::max(ssize_t(0), ::read(ours_.get(), bytes, sizeof bytes))));
    }
    return text;
  }

 private:
  Descriptor ours_, theirs_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(the_tool)

BOOST_AUTO_TEST_CASE(it_says_its_version_and_how_to_use_it) {
  Tool version({"--version"});
  BOOST_TEST(version.wait() == 0);
  BOOST_TEST(version.output() == "inbound-sms 0.4.0\n");
  Tool help({"--help"});
  BOOST_TEST(help.wait() == 0);
  for (const char* command : {"  follow ", "  verify ", "  repair ", "  check "})
    BOOST_TEST(help.shows(command), command << " is missing in:\n" << help.output());
  Tool help_of_follow({"follow", "--help"});
  BOOST_TEST(help_of_follow.wait() == 0);
  BOOST_TEST(help_of_follow.shows("--last N"));
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_exit_code_64) {
  const std::vector<std::vector<std::string>> wrong = {
      {}, {"folow"}, {"follow", "--last"}, {"follow", "--log", "relative.jsonl"}};
  for (const auto& arguments : wrong) {
    Tool tool(arguments);
    BOOST_TEST(tool.wait() == 64);
    BOOST_TEST(tool.shows("inbound-sms"));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_setting_is_exit_code_78_and_one_line) {
  Tool tool({"follow"}, {{"INBOUND_SMS_REMEMBER", "long"}});
  BOOST_TEST(tool.wait() == 78);
  BOOST_TEST(tool.output() ==
             "inbound-sms: INBOUND_SMS_REMEMBER=long (environment): allowed is a duration from 1s "
             "to 3650d, such as 90s, 5m, 72h or 4d\n");
}

BOOST_AUTO_TEST_CASE(a_log_that_cannot_be_read_is_exit_code_74) {
  const WrittenLog log;
  std::ofstream(log.folder.path() + "/file");
  Tool tool({"follow", "--log", log.folder.path() + "/file/%Y.jsonl"});
  BOOST_TEST(tool.wait() == 74);
  BOOST_TEST(tool.shows("Not a directory"));
}

BOOST_AUTO_TEST_CASE(follow_shows_the_last_messages_and_then_each_as_it_comes) {
  WrittenLog log;
  for (int i = 1; i <= 12; ++i) log.append("2026-11-24", "old " + std::to_string(i) + ".");
  Tool tool({"follow"}, log.settings());
  BOOST_TEST(tool.comes_to_show("old 12.\n"));
  BOOST_TEST(
      tool.output().starts_with("1970-01-01 00:00:00  A            -> B             old 3.\n"));
  log.append("2026-11-24", "new.");
  BOOST_TEST(
      tool.comes_to_show("old 12.\n1970-01-01 00:00:00  A            -> B             new.\n"));
  BOOST_TEST(tool.end_by(SIGINT) == 0);
}

BOOST_AUTO_TEST_CASE(follow_goes_on_across_the_change_of_file_and_a_rename) {
  WrittenLog log;
  log.append("2026-11-24", "one.");
  Tool tool({"follow", "--all", "--log", log.pattern()});
  BOOST_TEST(tool.comes_to_show("one.\n"));
  std::filesystem::rename(log.file("2026-11-24"), log.file("2026-11-24") + ".1");
  log.append("2026-11-24", "two.");
  BOOST_TEST(tool.comes_to_show("two.\n"));
  log.append("2026-11-25", "three.");
  BOOST_TEST(tool.comes_to_show("three.\n"));
  const std::string output = tool.output();
  BOOST_TEST(std::count(output.begin(), output.end(), '\n') == 3);
  BOOST_TEST(tool.end_by(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(follow_json_gives_the_lines_of_the_log_unchanged) {
  WrittenLog log;
  const std::string one = log.append("2026-11-24", "\u202eone\\u001b");
  const std::string two = log.append("2026-11-24", "two");
  const Tool tool({"follow", "--json", "--last", "2"}, log.settings());
  BOOST_TEST(tool.comes_to_show(two));
  BOOST_TEST(tool.output() == one + two);
}

BOOST_AUTO_TEST_CASE(follow_json_on_a_terminal_cannot_steer_it) {
  WrittenLog log;
  log.append("2026-11-24",
             "\u202e\xc2\x9b"
             "2J\x7f.");
  const Terminal terminal;
  ChildProcess tool({program("inbound-sms"), "follow", "--json", "--all"}, log.settings(),
                    log.folder.path() + "/words", {.output = terminal.program_side()});
  const std::string shown = terminal.read_line();
  BOOST_TEST(contains(shown, "\\u202e\\u009b2J\\u007f."), shown);
}

BOOST_AUTO_TEST_CASE(last_0_shows_new_messages_only) {
  WrittenLog log;
  log.append("2026-11-24", "old.");
  const Tool tool({"follow", "--last=0", "--log", log.pattern()});
  // Nothing says when it has looked for the first time: messages come until one is shown.
  BOOST_TEST(wait_until([&] {
    log.append("2026-11-24", "new.");
    return tool.shows("new.\n");
  }));
  BOOST_TEST(!tool.shows("old."));
}

BOOST_AUTO_TEST_CASE(a_log_that_is_not_there_yet_is_waited_for) {
  WrittenLog log;
  const std::string folder = log.folder.path() + "/sms";
  const Tool tool({"follow", "--log", folder + "/%Y-%m-%d.jsonl"});
  log.append("2026-11-24", "first.");
  std::filesystem::create_directory(folder);
  std::filesystem::copy(log.file("2026-11-24"), folder);
  BOOST_TEST(tool.comes_to_show("first.\n"));
}

BOOST_AUTO_TEST_SUITE_END()
