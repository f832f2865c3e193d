#include "tools/follow.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "base/descriptor.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::tools;
using inbound_sms::testing::kHang;
using inbound_sms::testing::wait_until;

namespace {

using Lines = std::vector<std::string>;

// follow() in a process of its own, its output in a pipe, since signals and a broken pipe end it.
// The exit code is 0 for a good end and 1 for an Error.
class Follow {
 public:
  explicit Follow(const NextLines& next) {
    std::array<int, 2> ends;
    BOOST_REQUIRE(::pipe(ends.data()) == 0);
    output_.reset(ends[0]);
    const Descriptor input(ends[1]);
    child_ = ::fork();
    BOOST_REQUIRE(child_ >= 0);
    if (child_ > 0) return;
    output_.reset();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    end_on_signals();
    const Status followed = follow(
        next, [](const std::string& line) { return line; }, input.get());
    ::_exit(followed ? 0 : 1);
  }
  ~Follow() {
    if (child_ < 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Follow(const Follow&) = delete;
  Follow& operator=(const Follow&) = delete;

  // What it wrote, once that has `size` bytes.
  std::string read(std::size_t size) {
    std::string text(size, '\0');
    std::size_t length = 0;
    while (length < size) {
      pollfd readable{output_.get(), POLLIN, 0};
      BOOST_REQUIRE(::poll(&readable, 1, int(std::chrono::milliseconds(kHang).count())) == 1);
      const ssize_t got = ::read(output_.get(), &text[length], size - length);
      if (got <= 0) break;
      length += std::size_t(got);
    }
    return text.substr(0, length);
  }

  void send(int number) { ::kill(child_, number); }
  void stop_reading() { output_.reset(); }

  // The exit code; -1 when a signal ended it, or when it never ended.
  int wait() {
    int state = 0;
    if (!wait_until([&] { return ::waitpid(child_, &state, WNOHANG) == child_; })) return -1;
    child_ = -1;
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
  }

 private:
  Descriptor output_;
  pid_t child_ = -1;
};

// Gives the batches one after the other, then nothing new.
NextLines these(std::vector<Lines> batches) {
  return [batches = std::move(batches), at = std::size_t(0)]() mutable -> Result<Lines> {
    return at < batches.size() ? batches[at++] : Lines{};
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(following)

BOOST_AUTO_TEST_CASE(every_line_is_written_in_order_and_at_once) {
  Follow process(these({{"one", "two"}, {}, {"three"}}));
  BOOST_TEST(process.read(14) == "one\ntwo\nthree\n");
}

BOOST_AUTO_TEST_CASE(sigterm_and_sigint_are_good_ends) {
  for (const int number : {SIGTERM, SIGINT}) {
    Follow process(these({{"one"}}));
    process.read(4);
    process.send(number);
    BOOST_TEST(process.wait() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_signal_ends_a_write_that_nobody_reads) {
  Follow process([] { return Result<Lines>(Lines{std::string(1 << 20, 'x')}); });
  process.read(1);
  process.send(SIGTERM);
  BOOST_TEST(process.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_away_is_a_good_end_while_lines_come) {
  Follow process([] { return Result<Lines>(Lines{"one"}); });
  process.read(4);
  process.stop_reading();
  BOOST_TEST(process.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_away_is_noticed_while_no_line_comes) {
  Follow process(these({{"one"}}));
  process.read(4);
  process.stop_reading();
  BOOST_TEST(process.wait() == 0);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_log_is_passed_on) {
  Follow process([] { return Result<Lines>(Error{EACCES, "open /srv/x: Permission denied"}); });
  BOOST_TEST(process.wait() == 1);
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_written_is_an_error) {
  const Status followed = follow(
      these({{"one"}}), [](const std::string& line) { return line; }, -1);
  BOOST_REQUIRE(!followed);
  BOOST_TEST(followed.error().text == "write the output: Bad file descriptor");
}

BOOST_AUTO_TEST_SUITE_END()
