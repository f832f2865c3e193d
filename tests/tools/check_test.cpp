#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>

#include "support/handler.h"
#include "support/ordinary_user.h"
#include "support/secrets.h"
#include "support/text.h"
#include "tools/check_disk.h"
#include "tools/check_log.h"
#include "tools/check_sandbox.h"
#include "tools/check_settings.h"
#include "tools/tool.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace inbound_sms::tools;
using namespace std::chrono_literals;

namespace {

bool is(const Remark& remark, Verdict verdict, const std::string& text) {
  return remark.verdict == verdict && contains(remark.text, text);
}

// A sound log of the user that the tool runs as.
struct CheckedLog : WrittenLog {
  CheckedLog() {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    append("2026-11-24", "one");
    set_mode(0600);
  }
  void set_mode(mode_t mode) const { ::chmod(file("2026-11-24").c_str(), mode); }

  // The exit code has to say whether there was a fault.
  std::string checked(Environment more = {}) const {
    more.merge(settings());
    Tool tool({"check"}, more);
    const int code = tool.wait();
    BOOST_TEST(code == (contains("\n" + tool.output(), "\nfault ") ? 1 : 0), tool.output());
    return tool.output();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(check)

BOOST_AUTO_TEST_CASE(file_systems_are_told_by_what_they_promise) {
  BOOST_TEST(is(judge_file_system(0xef53), Verdict::ok, "ext4"));
  BOOST_TEST(is(judge_file_system(0x58465342), Verdict::ok, "xfs"));
  BOOST_TEST(is(judge_file_system(0x9123683e), Verdict::ok, "btrfs"));
  BOOST_TEST(is(judge_file_system(0x6969), Verdict::warning, "nfs"));
  BOOST_TEST(is(judge_file_system(0xff534d42), Verdict::warning, "cifs"));
  BOOST_TEST(is(judge_file_system(0x65735546), Verdict::warning, "fuse"));
  BOOST_TEST(is(judge_file_system(0x794c7630), Verdict::warning, "container"));
  BOOST_TEST(is(judge_file_system(0x01021994), Verdict::fault, "tmpfs"));
  BOOST_TEST(is(judge_file_system(0x858458f6), Verdict::fault, "ramfs"));
  BOOST_TEST(is(judge_file_system(0x1234), Verdict::warning, "0x1234"));
}

BOOST_AUTO_TEST_CASE(a_sandbox_that_is_off_or_has_no_landlock_is_a_warning) {
  BOOST_TEST(is(judge_sandbox(true, 7), Verdict::ok, "Landlock (ABI 7)"));
  BOOST_TEST(is(judge_sandbox(false, 7), Verdict::warning, "INBOUND_SMS_SANDBOX"));
  BOOST_TEST(is(judge_sandbox(true, Error{ENOSYS, "this kernel has none"}), Verdict::warning,
                "this kernel has none"));
}

BOOST_AUTO_TEST_CASE(little_space_is_a_warning_and_none_a_fault) {
  constexpr std::uint64_t mebibyte = 1 << 20, many = 1000000;
  BOOST_TEST(is(judge_space(5000 * mebibyte, many), Verdict::ok, "5000 MiB free"));
  BOOST_TEST(is(judge_space(1000 * mebibyte, many), Verdict::warning, "2621440 short messages"));
  BOOST_TEST(is(judge_space(15 * mebibyte, many), Verdict::fault, "503"));
  BOOST_TEST(is(judge_space(5000 * mebibyte, 99), Verdict::fault, "99 more files"));
}

BOOST_AUTO_TEST_CASE(the_median_of_the_syncs_says_how_many_messages_a_second) {
  BOOST_TEST(is(judge_syncs({9ms, 4ms, 5ms}), Verdict::ok,
                "5.0 ms (worst of 3: 9.0 ms), so about 200 messages a second"));
  BOOST_TEST(is(judge_syncs({0us}), Verdict::ok, "1000000 messages"));
  BOOST_TEST(is(judge_syncs({3s}), Verdict::warning, "about 1 messages a second"));
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_never_set_is_a_fault) {
  using namespace std::chrono;
  BOOST_TEST(is(judge_clock(sys_days(year(2026) / 11 / 24)), Verdict::ok, "2026-11-24T00:00:00Z"));
  BOOST_TEST(is(judge_clock(sys_days(year(2023) / 12 / 31)), Verdict::fault, "NTP"));
}

BOOST_AUTO_TEST_CASE(each_setting_is_told_with_its_place) {
  const SettingsFile file{"/etc/x.conf", "# one\nINBOUND_SMS_LOG=/a\nINBOUND_SMS_REMEMBER=4d\n"};
  const Remarks both = explain_settings({"PATH=/bin", "INBOUND_SMS_LOG=/b"}, file);
  BOOST_REQUIRE(both.size() == 3U);
  BOOST_TEST(is(both[0], Verdict::ok, "INBOUND_SMS_LOG from the environment"));
  BOOST_TEST(is(both[1], Verdict::warning, "/etc/x.conf, line 2 does not count"));
  BOOST_TEST(is(both[2], Verdict::ok, "INBOUND_SMS_REMEMBER from /etc/x.conf, line 3"));
  BOOST_TEST(is(explain_settings({}, std::nullopt).at(0), Verdict::ok, "defaults"));
}

BOOST_FIXTURE_TEST_CASE(a_sound_log_has_a_line_for_each_thing, CheckedLog) {
  const std::string output = checked();
  for (const std::string thing :
       {"ok       setting: INBOUND_SMS_LOG from the environment\n",
        "ok       clock: ", "ok       folder: ", "ok       files: 1, all of them private",
        " file system: ", " space: ", " sync: ", " messages a second",
        "ok       .synced: none that can be read, ", "ok       lines: all 1 of ",
        "ok       rejected log: 0 of 67108864 bytes", "ok       URL: not asked; --url"})
    BOOST_TEST(contains(output, thing), thing << " is missing in:\n" << output);
  BOOST_TEST(std::filesystem::exists(file("2026-11-24")));
  const auto left = std::filesystem::directory_iterator(folder.path());
  BOOST_TEST(std::distance(begin(left), end(left)) == 1);  // nothing of its own
}

BOOST_FIXTURE_TEST_CASE(a_wrong_setting_is_a_fault, CheckedLog) {
  BOOST_TEST(contains(checked({{"INBOUND_SMS_REMEMBER", "long"}}),
                      "fault    settings: INBOUND_SMS_REMEMBER=long (environment): allowed is "));
  BOOST_TEST(contains(checked({{"INBOUND_SMS_RENUMBER", "1d"}}), "no setting has this name"));
}

BOOST_FIXTURE_TEST_CASE(a_log_that_others_may_read_is_a_warning, CheckedLog) {
  set_mode(0640);
  ::chmod(folder.path().c_str(), 0755);
  const std::string output = checked();
  BOOST_TEST(contains(output, "warning  folder: others may use it: "));
  BOOST_TEST(contains(output, "chmod 0600 " + file("2026-11-24") + "\n"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_cannot_be_written_to_is_a_fault, CheckedLog) {
  ::chmod(folder.path().c_str(), 0500);
  BOOST_TEST(contains(checked(), " may not write in " + folder.path()));
  ::chmod(folder.path().c_str(), 0700);
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_is_not_there_can_be_made_or_not, CheckedLog) {
  const auto log = [&](const std::string& below) {
    return checked({{"INBOUND_SMS_LOG", folder.path() + below + "/a/b/%Y.jsonl"}});
  };
  BOOST_TEST(contains(log(""), "/a/b is not there yet; "));
  ::chmod(folder.path().c_str(), 0500);
  BOOST_TEST(contains(log(""), " may not write in " + folder.path()));
  ::chmod(folder.path().c_str(), 0700);
}

BOOST_FIXTURE_TEST_CASE(a_file_of_somebody_else_is_a_fault, CheckedLog,
                        *boost::unit_test::precondition([](boost::unit_test::test_unit_id) {
                          boost::test_tools::assertion_result result(::geteuid() == 0);
                          result.message() << "only root can give a file to somebody else";
                          return result;
                        })) {
  BOOST_REQUIRE(::chown(file("2026-11-24").c_str(), 0, 0) == 0);
  BOOST_TEST(
      contains(checked(), "fault    files: " + file("2026-11-24") + " belongs to user root"));
}

// Which is often so: `install -o` leaves a folder root's group, and that of the secrets belongs to
// the group of the user.
BOOST_FIXTURE_TEST_CASE(root_reads_the_secrets_by_the_groups_of_the_owner_of_the_log, CheckedLog,
                        *boost::unit_test::precondition([](boost::unit_test::test_unit_id) {
                          boost::test_tools::assertion_result result(::geteuid() == 0);
                          result.message() << "only root can become somebody else";
                          return result;
                        })) {
  const TemporaryFolder safe;
  Environment environment = settings();
  environment.merge(ask_for_signatures(safe));
  const OrdinaryUser user = ordinary_user();
  BOOST_REQUIRE(::chown(folder.path().c_str(), user.uid, 0) == 0);
  BOOST_REQUIRE(::chown(safe.path().c_str(), 0, user.gid) == 0);
  BOOST_REQUIRE(::chmod(safe.path().c_str(), 0750) == 0);
  ChildProcess process({program("inbound-sms"), "check"}, environment, safe.path() + "/output", {},
                       RunAs::tester);
  BOOST_TEST(process.wait() == 0);
  BOOST_TEST(contains(process.output(), "ok       signatures: by sha256hmac, 1 secret in "),
             process.output());
}

BOOST_FIXTURE_TEST_CASE(damaged_lines_of_the_newest_file_are_a_fault, CheckedLog) {
  write_file(file("2026-11-25"), "damaged\n");
  ::chmod(file("2026-11-25").c_str(), 0600);
  BOOST_TEST(contains(checked(), "2026-11-25.jsonl: 1 finding, the first in line 1"));
}

BOOST_FIXTURE_TEST_CASE(a_rejected_log_that_fills_up_is_told_in_time, CheckedLog) {
  std::filesystem::create_directory(folder.path() + "/rejected");
  write_file(folder.path() + "/rejected/2026-11-24.jsonl", std::string(600, 'x'));
  const auto with_room_for = [&](const std::string& bytes) {
    return checked({{"INBOUND_SMS_REJECTED_MAX", bytes}});
  };
  BOOST_TEST(contains(with_room_for("2000"), "ok       rejected log: 600 of 2000 bytes"));
  BOOST_TEST(contains(with_room_for("1000"), "warning  rejected log: 600 of 1000 bytes"));
  BOOST_TEST(contains(with_room_for("601"), "fault    rejected log: 600 of 601 bytes"));
}

BOOST_AUTO_TEST_CASE(its_usage) {
  Tool help({"check", "--help"});
  BOOST_TEST(help.wait() == 0);
  for (const char* option : {"--url URL", "--no-message", "--help"})
    BOOST_TEST(help.shows(option), option);
  BOOST_TEST(Tool({"check", "here"}).wait() == 64);
  BOOST_TEST(Tool({"check", "--url"}).wait() == 64);
}

BOOST_AUTO_TEST_SUITE_END()
