#include <fcntl.h>
#include <sys/file.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/descriptor.h"
#include "support/cgi_process.h"
#include "support/handler.h"
#include "support/json.h"
#include "support/limits.h"
#include "support/logged.h"
#include "support/message.h"
#include "support/ordinary_user.h"
#include "support/slow_disk.h"
#include "support/temporary_folder.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What a CGI process does with its environment, its descriptors and a disk that is stuck: cases
// that no polite web server brings about.

namespace {

struct Folder : TemporaryFolder {
  std::vector<rapidjson::Document> log() const { return read_log(path() + "/log"); }
  std::vector<rapidjson::Document> rejected() const { return read_log(path() + "/log/rejected"); }
};

Environment get(const std::string& query) {
  return {{"QUERY_STRING", query}};
}

Environment post(const std::string& type = "application/json") {
  return {{"REQUEST_METHOD", "POST"}, {"CONTENT_TYPE", type}};
}

Environment post_of(std::size_t length) {
  Environment variables = post();
  variables["CONTENT_LENGTH"] = std::to_string(length);
  return variables;
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool is_null(const ChildProcess& process, int descriptor) {
  std::error_code closed;
  const std::string folder = "/proc/" + std::to_string(process.pid()) + "/fd/";
  return fs::read_symlink(folder + std::to_string(descriptor), closed) == "/dev/null";
}

bool are_null(const ChildProcess& process) {
  return is_null(process, STDIN_FILENO) && is_null(process, STDOUT_FILENO) &&
         is_null(process, STDERR_FILENO);
}

// Holds the log of the folder as a process does that never gets done with its commit.
inbound_sms::Descriptor lock_log(const TemporaryFolder& folder) {
  const std::string log = folder.path() + "/log";
  inbound_sms::Descriptor held(::open(log.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  BOOST_REQUIRE(::flock(held.get(), LOCK_EX | LOCK_NB) == 0);
  return held;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cgi, Folder)

BOOST_AUTO_TEST_CASE(arguments_are_ignored_whatever_they_are) {
  int number = 0;
  for (const char* argument : {"--help", "-h", "--version", "-s", "LISTEN"}) {
    const std::string id = "0C0" + std::to_string(++number);
    CgiProcess cgi(*this, get(message(id)), {}, {argument, "/etc/passwd"});
    cgi.finish_sending();
    BOOST_TEST(cgi.answer() == "Status: 204 No Content\r\n\r\n");
    BOOST_TEST(cgi.process().wait() == 0);
    BOOST_TEST(cgi.words() == "");
    BOOST_TEST(is_message(log().back(), id));
  }
  BOOST_TEST(log().size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_body_without_a_length_is_read_to_its_end) {
  const std::string body = json_message("0C01");
  CgiProcess cgi(*this, post());
  BOOST_TEST(cgi.send(body.substr(0, 10)));
  BOOST_TEST(cgi.send(body.substr(10)));
  cgi.finish_sending();
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_REQUIRE(log().size() == 1U);
  BOOST_TEST(is_message(log()[0], "0C01"));
}

BOOST_AUTO_TEST_CASE(a_body_with_a_length_needs_no_end_of_the_stream) {
  const std::string body = json_message("0C01");
  CgiProcess cgi(*this, post_of(body.size()));
  BOOST_TEST(cgi.send(body));
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_TEST(log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_get_needs_no_end_of_the_stream) {
  CgiProcess cgi(*this, get(message("0C01")));
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_TEST(log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_of_another_length_than_announced_gets_503_and_is_not_kept) {
  const std::string body = json_message("0C01");
  for (const std::size_t announced : {body.size() - 1, body.size() + 1}) {
    CgiProcess cgi(*this, post_of(announced));
    BOOST_TEST(cgi.send(body));
    cgi.finish_sending();
    const std::string answer = cgi.answer();
    BOOST_TEST(status_of(answer) == 503);
    BOOST_TEST(contains(answer, "Retry-After: 60\r\n"));
    BOOST_TEST(contains(answer, "CONTENT_LENGTH says " + std::to_string(announced)));
  }
  BOOST_TEST(log().empty());
}

// The moment is short, and this test may be held up longer: then it tries again.
BOOST_AUTO_TEST_CASE(a_byte_more_than_announced_that_comes_a_moment_later_gets_503) {
  const std::string body = json_message("0C01");
  int status = 0;
  for (int tries = 0; tries < 10 && status != 503; ++tries) {
    CgiProcess cgi(*this, post_of(body.size()));
    BOOST_TEST(cgi.send(body));
    BOOST_TEST(wait_until([&] { return cgi.has_read(); }));
    cgi.send("}");
    status = status_of(cgi.answer());
  }
  BOOST_TEST(status == 503);
}

BOOST_AUTO_TEST_CASE(a_length_that_is_no_number_gets_400) {
  Environment variables = post();
  variables["CONTENT_LENGTH"] = "12x";
  CgiProcess cgi(*this, variables);
  cgi.send(json_message("0C01"));
  cgi.finish_sending();
  BOOST_TEST(status_of(cgi.answer()) == 400);
  BOOST_TEST(log().empty());
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_read_to_its_end_and_gets_413) {
  CgiProcess cgi(*this, post());
  BOOST_TEST(cgi.send("{\"text\":\"" + std::string(5'000'000, 'x') + "\"}"));
  cgi.finish_sending();
  BOOST_TEST(status_of(cgi.answer()) == 413);
  BOOST_TEST(log().empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_nobody_needs_is_read_to_its_end) {
  const std::string body(1'000'000, 'x');
  for (const char* method : {"GET", "HEAD", "PUT"}) {
    Environment variables = get("");
    variables["REQUEST_METHOD"] = method;
    variables["CONTENT_LENGTH"] = std::to_string(body.size());
    CgiProcess cgi(*this, variables);
    BOOST_TEST(cgi.send(body));
    BOOST_TEST(status_of(cgi.answer()) == (std::string(method) == "PUT" ? 405 : 204));
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_does_not_come_gets_503_in_time) {
  const Stopwatch stopwatch;
  CgiProcess cgi(*this, post_of(100));
  BOOST_TEST(cgi.send("{\"text\":"));
  const std::string answer = cgi.answer();
  BOOST_TEST(status_of(answer) == 503);
  BOOST_TEST(contains(answer, "the body did not arrive in time"));
  BOOST_TEST(stopwatch.seconds() < 14);
  BOOST_TEST(contains(cgi.words(), "503: the body did not arrive in time"));
}

// Of /dev/zero there is always more: from a slower sender it would end at the first pause.
BOOST_AUTO_TEST_CASE(a_body_without_an_end_gets_413_in_time) {
  const Stopwatch stopwatch;
  CgiProcess cgi(*this, post(), {"/bin/sh", "-c", "exec \"$0\" \"$@\" </dev/zero"});
  BOOST_TEST(status_of(cgi.answer()) == 413);
  BOOST_TEST(stopwatch.seconds() < 14);
}

BOOST_AUTO_TEST_CASE(a_message_is_kept_once_when_nobody_reads_its_answer) {
  CgiProcess first(*this, get(message("0C01")));
  first.stop_reading();
  first.finish_sending();
  BOOST_TEST(first.process().wait() == 0);
  BOOST_TEST(contains(first.words(), "write the answer to the web server"));
  CgiProcess again(*this, get(message("0C01")));
  BOOST_TEST(status_of(again.answer()) == 204);
  BOOST_TEST(contains(again.words(), "a repeat"));
  BOOST_TEST(log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_is_kept_once_by_processes_whose_descriptors_are_closed) {
  for (int i = 0; i < 2; ++i) {
    CgiProcess cgi(*this, get(message("0C01")),
                   {"/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"});
    BOOST_TEST(cgi.process().wait() == 0);
  }
  BOOST_REQUIRE(log().size() == 1U);
  BOOST_TEST(is_message(log()[0], "0C01"));
}

// Which file would get such a number is a matter of order, and a line for the administrator would
// stand in it: none may.
BOOST_AUTO_TEST_CASE(the_numbers_of_closed_descriptors_are_given_to_no_other_file) {
  CgiProcess cgi(*this, post_of(100), {"/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&-"});
  BOOST_TEST(cgi.send("{"));
  BOOST_TEST(wait_until([&] { return cgi.has_read(); }));
  BOOST_TEST(is_null(cgi.process(), STDERR_FILENO));

  Handler handler(*this, {}, Listen::unix_socket,
                  {"/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"});
  BOOST_TEST(are_null(handler.process()));
}

BOOST_AUTO_TEST_CASE(wrong_settings_get_503_and_a_line_that_says_which) {
  install_handler(path() + "/cgi", "inbound-sms.cgi", "INBOUND_SMS_REMEMBER=soon\n");
  CgiProcess cgi(*this, post_of(200'000));
  BOOST_TEST(cgi.send(std::string(200'000, 'x')));
  BOOST_TEST(status_of(cgi.answer()) == 503);
  BOOST_TEST(contains(cgi.words(), "INBOUND_SMS_REMEMBER=soon"));
  BOOST_TEST(cgi.process().wait() == 78);
}

BOOST_AUTO_TEST_CASE(what_a_client_sends_is_no_setting) {
  Environment variables = get(message("0C01"));
  variables["HTTP_INBOUND_SMS_LOG"] = "/dev/null";
  variables["HTTP_INBOUND_SMS_CONFIG"] = "/dev/null";
  variables["HTTP_INBOUND_SMS_UNKNOWN"] = "1";
  variables["HTTP_PROXY"] = "http://192.0.2.1";
  CgiProcess cgi(*this, variables);
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_TEST(log().size() == 1U);
}

// As shared hosting sets it. Without memory for itself malloc changes errno and succeeds all the
// same, which must not hide that a folder is to be made.
BOOST_AUTO_TEST_CASE(little_memory_is_enough_even_where_folders_are_to_be_made,
                     *boost::unit_test::precondition(can_be_limited)) {
  for (const char* limit : {"--as=67108864", "--as=134217728"}) {
    fs::remove_all(path() + "/log");
    CgiProcess cgi(*this, get(message("0C01")), limited(limit));
    BOOST_TEST(status_of(cgi.answer()) == 204, limit << ": " << cgi.words());
    BOOST_TEST(log().size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_process_that_may_have_no_thread_gets_503_and_a_line_that_says_so,
                     *boost::unit_test::precondition(can_be_limited)) {
  const std::string body = json_message("0C01");
  CgiProcess cgi(*this, post_of(body.size()), limited("--nproc=0"));
  BOOST_TEST(cgi.send(body));
  BOOST_TEST(status_of(cgi.answer()) == 503);
  BOOST_TEST(contains(cgi.words(), "cannot start: "));
  BOOST_TEST(log().empty());
}

// Apache, reloaded.
BOOST_AUTO_TEST_CASE(signals_to_the_group_of_the_web_server_end_no_request) {
  const std::string body = json_message("0C01");
  CgiProcess cgi(*this, post_of(body.size()));
  BOOST_TEST(cgi.send(body.substr(0, 10)));
  BOOST_TEST(wait_until([&] { return cgi.has_read(); }));
  for (const int signal : {SIGHUP, SIGUSR1}) cgi.process().signal(signal);
  BOOST_TEST(cgi.send(body.substr(10)));
  BOOST_TEST(status_of(cgi.answer()) == 204);
  BOOST_TEST(log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_log_that_somebody_holds_gives_503_in_time_and_lets_the_next_one_in) {
  BOOST_TEST(status_of(CgiProcess(*this, get(message("0C01"))).answer()) == 204);
  auto held = lock_log(*this);
  const Stopwatch stopwatch;
  CgiProcess late(*this, get(message("0C02")));
  const std::string answer = late.answer();
  BOOST_TEST(status_of(answer) == 503);
  BOOST_TEST(contains(answer, "Retry-After: 60\r\n"));
  BOOST_TEST(stopwatch.seconds() > 7.5);
  BOOST_TEST(stopwatch.seconds() < 14);
  BOOST_TEST(late.process().wait() == 0);

  held.reset();
  BOOST_TEST(status_of(CgiProcess(*this, get(message("0C02"))).answer()) == 204);
  BOOST_TEST(log().size() == 2U);
}

// A process that waits for a stuck disk cannot even end: here the end takes long, too.
BOOST_AUTO_TEST_CASE(a_stuck_disk_gives_503_and_the_web_server_is_let_go,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  std::vector<std::string> wrapper = slow_sync(12'000);
  wrapper.insert(wrapper.end(), {"-e", "inject=exit_group:delay_enter=3000000"});
  Environment variables = get(message("0C01"));
  variables.merge(traced());
  const Stopwatch stopwatch;
  CgiProcess cgi(*this, variables, wrapper);
  const std::string answer = cgi.answer();
  BOOST_TEST(status_of(answer) == 503);
  BOOST_TEST(wait_until([&] { return are_null(cgi.process()); }, std::chrono::seconds(2)));
  BOOST_TEST(cgi.process().running());
  BOOST_TEST(stopwatch.seconds() < 14);
}

BOOST_AUTO_TEST_SUITE_END()
