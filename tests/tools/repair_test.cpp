#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/json.h"
#include "support/message.h"
#include "support/ordinary_user.h"
#include "tools/tool.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

namespace {

int deliver(const Handler& handler, const std::string& id) {
  FastCgiClient client(handler.address());
  client.send(request(1, get(message(id)), ""));
  return client.answer().status();
}

// A file of three lines, of which the second is damaged.
struct DamagedLog : WrittenLog {
  std::string path = file("2026-11-24");
  std::string before, behind;

  DamagedLog() {
    before = append("2026-11-24", "one");
    behind = append("2026-11-24", "three");
    write_file(path, before + "damaged\n" + behind);
  }

  std::string aside() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      if (entry.path().string().starts_with(path + ".torn-2")) return entry.path();
    return "";
  }

  // Its exit code, as root; the tool of other tests runs as an ordinary user.
  int repair_as_root(const std::string& option = "") const {
    const std::string command = "INBOUND_SMS_LOG='" + pattern() + "' " + program("inbound-sms") +
                                " repair " + option + " " + path + " >/dev/null 2>&1";
    return WEXITSTATUS(std::system(command.c_str()));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(repair, DamagedLog)

BOOST_AUTO_TEST_CASE(it_says_what_it_keeps_and_what_it_moves_where) {
  Tool tool({"repair", path}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.output() == path + ":2: damaged: it does not end in ,\"crc\":\"xxxxxxxx\"}\n" +
                                  path + ": 2 lines kept, 1 line moved to " + aside() + "\n");
  BOOST_TEST(read_file(path) == before + behind);
  BOOST_TEST(read_file(aside()) == "damaged\n");
  Tool verify({"verify"}, settings());
  BOOST_TEST(verify.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_torn_end_is_told_in_bytes) {
  write_file(path, before + "torn");
  Tool tool({"repair", path}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.shows(": 1 line kept, 0 lines and 4 bytes of a torn end moved to " + aside()));
  BOOST_TEST(read_file(aside()) == "torn");
}

BOOST_AUTO_TEST_CASE(a_dry_run_changes_nothing) {
  const std::string bytes = read_file(path);
  Tool tool({"repair", "--dry-run", path}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.shows(": 2 lines would be kept, 1 line "));
  BOOST_TEST(read_file(path) == bytes);
  BOOST_TEST(aside() == "");
}

BOOST_AUTO_TEST_CASE(an_operator_who_took_a_line_out_can_keep_the_one_behind_it) {
  write_file(path, behind);
  Tool tool({"repair", "--keep-unproven", path}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.shows(":1: it was changed, or a line before it is missing (kept)\n"));
  BOOST_TEST(read_file(path).starts_with(behind.substr(0, behind.size() - 19)));
  BOOST_TEST(aside() == "");
}

BOOST_AUTO_TEST_CASE(a_sound_file_is_left_alone) {
  write_file(path, before + behind);
  Tool tool({"repair", path}, settings());
  BOOST_TEST(tool.wait() == 0);
  BOOST_TEST(tool.output() == path + ": all of 2 lines sound, nothing to repair\n");
}

BOOST_AUTO_TEST_CASE(a_file_of_another_log_is_refused) {
  const TemporaryFolder elsewhere;
  const std::string copy = elsewhere.path() + "/2026-11-24.jsonl";
  write_file(copy, "damaged\n");
  Tool refused({"repair", copy}, settings());
  BOOST_TEST(refused.wait() == 64);
  BOOST_TEST(refused.shows("is no file of the log in " + folder.path() + ";"));
  Tool told({"repair", "--log", elsewhere.path() + "/%Y-%m-%d.jsonl", copy}, settings());
  BOOST_TEST(told.wait() == 0);
  BOOST_TEST(read_file(copy) == "");
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_exit_code_64_and_a_missing_file_74) {
  BOOST_TEST(Tool({"repair"}, settings()).wait() == 64);
  BOOST_TEST(Tool({"repair", "--dry", path}, settings()).wait() == 64);
  BOOST_TEST(Tool({"repair", file("2026-11-23")}, settings()).wait() == 74);
}

BOOST_AUTO_TEST_CASE(its_help_names_every_option) {
  Tool tool({"repair", "--help"});
  BOOST_TEST(tool.wait() == 0);
  for (const char* option : {"--dry-run", "--keep-unproven", "--log PATTERN", "--help"})
    BOOST_TEST(tool.shows(option), option);
}

BOOST_AUTO_TEST_CASE(a_running_handler_goes_on_and_every_message_is_there_once) {
  const TemporaryFolder elsewhere;
  Handler handler(elsewhere);
  BOOST_TEST(deliver(handler, "one") == 204);
  BOOST_TEST(deliver(handler, "two") == 204);
  const std::string pattern = elsewhere.path() + "/log/%Y-%m-%d.jsonl";
  std::string today;
  for (const auto& entry : std::filesystem::directory_iterator(elsewhere.path() + "/log"))
    if (entry.path().extension() == ".jsonl") today = entry.path();
  const std::string sound = read_file(today);
  write_file(today, "damaged\n" + sound);  // the same file, as the handler has it open

  Tool tool({"repair", "--log", pattern, today});
  BOOST_TEST(tool.wait() == 0, tool.output());
  BOOST_TEST(read_file(today) == sound);
  for (const char* id : {"two", "three", "one", "three"}) BOOST_TEST(deliver(handler, id) == 204);
  std::vector<std::string> ids;
  for (const auto& line : handler.log()) ids.push_back(string_of(line["message"], "messageId"));
  BOOST_TEST(ids.size() == 3U);
  for (const char* id : {"one", "two", "three"})
    BOOST_TEST(std::count_if(ids.begin(), ids.end(),
                             [&](const std::string& text) { return text.ends_with(id); }) == 1);
}

BOOST_AUTO_TEST_CASE(root_gives_the_new_file_to_the_owner_of_the_folder,
                     *boost::unit_test::precondition(is_root)) {
  BOOST_TEST(repair_as_root() == 0);
  for (const std::string& made : {path, folder.path() + "/.synced"}) {
    struct stat status;
    BOOST_REQUIRE(::stat(made.c_str(), &status) == 0);
    BOOST_TEST(status.st_uid == ordinary_user().uid);
    BOOST_TEST(status.st_gid == ordinary_user().gid);
    BOOST_TEST((status.st_mode & 07777) == 0600U);
  }
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_root_makes_no_file, *boost::unit_test::precondition(is_root)) {
  BOOST_TEST(repair_as_root("--dry-run") == 0);
  const auto files = std::filesystem::directory_iterator(folder.path());
  BOOST_TEST(std::distance(begin(files), end(files)) == 1);
}

BOOST_AUTO_TEST_CASE(root_follows_no_link_of_the_user_of_the_folder,
                     *boost::unit_test::precondition(is_root)) {
  const TemporaryFolder of_root;
  const std::string file = of_root.path() + "/file", victim = of_root.path() + "/victim";
  for (const std::string& name : {file, victim}) {
    write_file(name, "precious");
    BOOST_REQUIRE(::chown(name.c_str(), 0, 0) == 0);
  }
  std::filesystem::create_symlink(victim, path + ".torn-repair");
  BOOST_TEST(repair_as_root() == 74);
  std::filesystem::remove(path);
  std::filesystem::create_symlink(file, path);
  BOOST_TEST(repair_as_root() == 77);
  BOOST_TEST(read_file(file) == "precious");
  BOOST_TEST(read_file(victim) == "precious");
}

BOOST_AUTO_TEST_CASE(a_link_is_exit_code_77) {
  std::filesystem::rename(path, path + ".1");
  std::filesystem::create_symlink(path + ".1", path);
  Tool tool({"repair", path}, settings());
  BOOST_TEST(tool.wait() == 77);
  BOOST_TEST(tool.shows(path + " is not a regular file\n"));
}

BOOST_AUTO_TEST_CASE(a_file_of_somebody_else_is_exit_code_77,
                     *boost::unit_test::precondition(is_root)) {
  BOOST_REQUIRE(::chown(path.c_str(), 0, 0) == 0);
  Tool tool({"repair", path}, settings());
  BOOST_TEST(tool.wait() == 77);
  BOOST_TEST(tool.shows("belongs to user root, this runs as "));
  BOOST_TEST(repair_as_root() == 77);
}

BOOST_AUTO_TEST_SUITE_END()
