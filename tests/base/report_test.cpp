#include "base/report.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "base/descriptor.h"

using inbound_sms::Descriptor;

namespace {

struct Pipe {
  Descriptor read_end, write_end;
  Pipe() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  void fill() const {
    const std::string bytes(4096, 'x');
    while (::write(write_end.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  std::string content() const {
    std::string text(65536, '\0');
    const ssize_t got = ::read(read_end.get(), text.data(), text.size());
    return text.substr(0, got > 0 ? std::size_t(got) : 0);
  }
};

// Reports in a process whose stderr is the pipe, which blocks for it. True when it came through.
bool report_into(const Pipe& pipe, const std::string& line) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::fcntl(pipe.write_end.get(), F_SETFL, 0);
    ::dup2(pipe.write_end.get(), STDERR_FILENO);
    ::alarm(20);
    inbound_sms::report_to_stderr(line);
    ::_exit(0);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(a_line_has_the_name_of_the_program_and_nothing_that_forges_another_line) {
  const Pipe pipe;
  BOOST_TEST(report_into(pipe, "first\ninbound-sms: forged"));
  BOOST_TEST(pipe.content() == "inbound-sms: first\\ninbound-sms: forged\n");
}

BOOST_AUTO_TEST_CASE(a_line_cannot_steer_the_terminal_of_who_reads_it) {
  const Pipe pipe;
  BOOST_TEST(report_into(pipe, "\x1b[2J \xc2\x9b[2J \x9b[2J \u202e"));
  BOOST_TEST(pipe.content() == "inbound-sms: \\x1b[2J \\x9b[2J \ufffd[2J \\u202e\n");
}

BOOST_AUTO_TEST_CASE(a_line_that_stderr_does_not_take_now_is_dropped) {
  const Pipe pipe;
  pipe.fill();
  BOOST_TEST(report_into(pipe, "a line"));
}

BOOST_AUTO_TEST_SUITE_END()
