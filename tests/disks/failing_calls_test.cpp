#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "disks/delivery.h"
#include "disks/failing_call.h"
#include "support/handler.h"
#include "support/rounds.h"
#include "support/slow_disk.h"
#include "support/text.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// Each call that the real program makes to its log fails, whatever it finds there. What was
// acknowledged is on the log once, the program recovers by itself, and says what it has to in a
// few lines.

namespace {

constexpr char kOpen[] = "?open,openat";
constexpr char kStat[] = "?stat,?fstat,?newfstatat,?statx";
constexpr char kRename[] = "?rename,?renameat,?renameat2";
constexpr char kMkdir[] = "?mkdir,?mkdirat";

// close is not among them: strace lets a call fail by not making it, and no close(2) of Linux
// that fails leaves the descriptor open.
const std::vector<std::string> kCalls = {kOpen,        "pread64",   "pwrite64", "fdatasync",
                                         "fsync",      "ftruncate", "flock",    kStat,
                                         "getdents64", kRename,     kMkdir};

// What a program finds when it starts.
enum class Found { nothing, renamed, in_order, after_boot, unsynced };
constexpr Found kAllFound[] = {Found::nothing, Found::renamed, Found::in_order, Found::after_boot,
                               Found::unsynced};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSlow = true;  // each program takes ten times as long to start
#else
constexpr bool kSlow = false;
#endif

// Everything would take minutes. In the state `unsynced` nearly every call is made.
bool is_worthwhile(Found found, const std::string& call, const std::string& error) {
  if (rounds() >= 50) return true;
  if (kSlow) return error == "EIO" && found == Found::unsynced;
  if (error == "EIO") return found != Found::renamed && found != Found::in_order;
  if (found != Found::unsynced) return false;
  const bool writes = call == "pwrite64" || call == "fdatasync";
  return error == "ENOSPC" ? writes : call != kStat && call != "getdents64";
}

// A log, written in one file so that its names are known beforehand.
class Scene {
 public:
  std::string log_folder() const { return folder.path() + "/log"; }
  std::string log() const { return log_folder() + "/messages.jsonl"; }

  // Begins anew. Returns the messages that are acknowledged by then.
  std::vector<std::string> prepare(Found found) const {
    fs::remove_all(log_folder());
    if (found == Found::nothing) return {};
    const Deliver deliver = over_cgi(folder, log());
    BOOST_REQUIRE(deliver("0C01") == 204);
    fs::rename(log(), log() + ".1");
    if (found == Found::renamed) return {"0C01"};
    BOOST_REQUIRE(deliver("0C02") == 204);
    const std::string line = read_file(log());
    if (found == Found::after_boot) fs::remove(log_folder() + "/.synced");
    std::ofstream end(log(), std::ios::app);
    if (found == Found::after_boot) end << line.substr(0, line.size() / 2);
    if (found == Found::unsynced) end << line;
    return {"0C01", "0C02"};
  }

  // All of these are on the log, also when one more process has brought it into order.
  void check(const std::vector<std::string>& acknowledged) const {
    BOOST_TEST(over_cgi(folder, log())("0CEND") == 204);
    check_log(log_folder(), acknowledged);
  }

  TemporaryFolder folder;
};

struct Result {
  int failures = 0;  // calls
  int refused = 0;   // deliveries
  int lines = 0;     // on stderr
};

// Repeats all that was acknowledged before, and delivers three more.
Result run(const Scene& scene, Found found, const std::vector<FailingCall>& failing,
           int most_refused = 10) {
  std::vector<std::string> ids = scene.prepare(found);
  ids.insert(ids.end(), {"0C03", "0C04", "0C05"});
  Environment settings = traced();
  settings["INBOUND_SMS_LOG"] = scene.log();
  const CallTracer tracer(scene.folder, scene.log_folder(), failing);
  Handler handler(scene.folder, settings, Listen::unix_socket, tracer.wrapper());
  Result result;
  for (const std::string& id : ids)
    result.refused += deliver_until_taken(over_fastcgi(handler.address()), id, most_refused);
  handler.process().stop();
  const std::string words = handler.words();
  result.lines = int(std::count(words.begin(), words.end(), '\n'));
  result.failures = tracer.failures();
  scene.check(ids);
  return result;
}

// Two requests as CGI processes in which calls fail, and then all without a fault.
Result run_cgi(const Scene& scene, Found found, const FailingCall& failing) {
  std::vector<std::string> taken = scene.prepare(found);
  std::vector<std::string> ids = taken;
  ids.push_back("0C03");
  Result result;
  for (const std::string& id : {ids.front(), ids.back()}) {
    const CallTracer tracer(scene.folder, scene.log_folder(), {failing});
    const bool stored = over_cgi(scene.folder, scene.log(), tracer.wrapper())(id) == 204;
    if (stored) taken.push_back(id);
    result.refused += stored ? 0 : 1;
    result.failures += tracer.failures();
  }
  scene.check(taken);
  for (const std::string& id : ids) BOOST_TEST(over_cgi(scene.folder, scene.log())(id) == 204);
  scene.check(ids);
  return result;
}

// Calls `visit` for each state, call and error.
template <class Visit>
void for_each_failure(Visit visit) {
  for (const Found found : kAllFound)
    for (const std::string& call : kCalls)
      for (const char* error : {"EIO", "EINTR", "ENOSPC"})
        if (is_worthwhile(found, call, error)) {
          BOOST_TEST_CONTEXT("state " << int(found) << ", " << call << ", " << error) {
            visit(found, FailingCall{call, error, ""});
          }
        }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failing_calls, *boost::unit_test::precondition(can_fail_calls))

BOOST_AUTO_TEST_CASE(each_fails_once_in_a_fastcgi_handler) {
  const Scene scene;
  int runs = 0, refused = 0, lines = 0;
  for_each_failure([&](Found found, FailingCall failing) {
    for (int nth = 1, failures = 1; failures != 0; ++nth) {
      failing.when = std::to_string(nth);
      const Result result = run(scene, found, {failing});
      BOOST_TEST(result.refused <= 1, "call " << nth);
      BOOST_TEST(result.lines <= 10, "call " << nth);
      failures = result.failures;
      runs += 1;
      refused += result.refused;
      lines = std::max(lines, result.lines);
    }
  });
  BOOST_TEST_MESSAGE(runs << " runs, " << refused << " 503s, at most " << lines << " lines");
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_CASE(each_fails_once_in_a_cgi_process) {
  const Scene scene;
  int runs = 0, refused = 0;
  for_each_failure([&](Found found, FailingCall failing) {
    for (int nth = 1, failures = 1; failures != 0; ++nth) {
      failing.when = std::to_string(nth);
      const Result result = run_cgi(scene, found, failing);
      failures = result.failures;
      runs += 1;
      refused += result.refused;
    }
  });
  BOOST_TEST_MESSAGE(runs << " runs, " << refused << " 503s");
  BOOST_TEST(refused > 0);
}

// A folder is listed until two listings agree: in one of these runs the same look fails in both.
BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_looked_at_is_not_taken_for_gone) {
  const Scene scene;
  for (int first = 3; first <= 6; ++first) {
    for (int step = 2; step <= 5; ++step) {
      const std::string when =
          std::to_string(first) + ".." + std::to_string(first + step) + "+" + std::to_string(step);
      BOOST_TEST_CONTEXT("looks " << when)
      run_cgi(scene, Found::renamed, {kStat, "EIO", when});
    }
  }
}

// The lock, what is read and what is written anew after a failed sync.
BOOST_AUTO_TEST_CASE(each_fails_once_while_the_log_recovers_from_a_failed_sync) {
  const Scene scene;
  for (const std::string& call : kCalls) {
    if (call == "fdatasync") continue;
    for (int nth = 1, failures = 2; failures > 1; ++nth) {
      BOOST_TEST_CONTEXT(call << " " << nth) {
        const Result result = run(scene, Found::in_order,
                                  {{"fdatasync", "EIO", "1"}, {call, "EIO", std::to_string(nth)}});
        BOOST_TEST(result.refused <= 2);
        failures = result.failures;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_fails_a_thousand_times_is_told_of_in_a_few_lines) {
  const Scene scene;
  for (const char* call :
       {kOpen, "pread64", "pwrite64", "fdatasync", "ftruncate", "flock", kStat}) {
    BOOST_TEST_CONTEXT(call) {
      std::vector<FailingCall> failing{{call, "EIO", "1..1000"}};
      if (std::string(call) == "ftruncate") failing.push_back({"fdatasync", "EIO", "1..1000"});
      const Result result = run(scene, Found::in_order, failing, 2000);
      BOOST_TEST(result.refused >= 300);
      BOOST_TEST(result.lines <= 10);
      BOOST_TEST_MESSAGE(call << ": " << result.refused << " 503s, " << result.lines << " lines");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_fails_every_other_time_is_told_of_in_a_few_lines) {
  const Scene scene;
  Environment settings = traced();
  settings["INBOUND_SMS_LOG"] = scene.log();
  // After each that fails comes the one of the cut, and then that of the repeat.
  const CallTracer tracer(scene.folder, scene.log_folder(), {{"fdatasync", "EIO", "1+3"}});
  Handler handler(scene.folder, settings, Listen::unix_socket, tracer.wrapper());
  std::vector<std::string> ids;
  int refused = 0;
  for (int number = 100; number < 300; ++number) {
    ids.push_back("0C" + std::to_string(number));
    refused += deliver_until_taken(over_fastcgi(handler.address()), ids.back());
  }
  BOOST_TEST(refused == 200);
  const std::string words = handler.words();
  BOOST_TEST(std::count(words.begin(), words.end(), '\n') <= 25);  // in up to two minutes
  check_log(scene.log_folder(), ids);
}

BOOST_AUTO_TEST_SUITE_END()
