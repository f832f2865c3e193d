#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "disks/delivery.h"
#include "disks/mounts.h"
#include "support/handler.h"
#include "support/rounds.h"
#include "support/text.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// A disk without room: 503 while it is full, and nothing that has to be repaired by hand.

namespace {

std::string id_of(int number) {
  return "0C" + std::to_string(1000 + number);
}

int lines_of(const std::string& text) {
  return int(std::count(text.begin(), text.end(), '\n'));
}

// New messages until the first that is not taken; returns how many were.
int fill(const Deliver& deliver) {
  int number = 0;
  while (number < 10'000 && deliver(id_of(number)) == 204) ++number;
  return number;
}

std::vector<std::string> ids_up_to(int count) {
  std::vector<std::string> ids;
  for (int number = 0; number < count; ++number) ids.push_back(id_of(number));
  return ids;
}

// A disk of 64 KiB with something big on it that can be removed.
struct SmallDisk {
  SmallDisk() { std::ofstream(disk.path() + "/big") << std::string(32768, 'x'); }
  void make_room() const { fs::remove(disk.path() + "/big"); }
  std::string log_folder() const { return disk.path() + "/log"; }
  std::string log() const { return log_folder() + "/%Y-%m-%d.jsonl"; }

  TemporaryFolder folder;
  Mount disk{tmpfs_of("64k"), folder.path() + "/disk"};
};

void stays_full_and_recovers(const SmallDisk& small, const Deliver& deliver) {
  const int taken = fill(deliver);
  BOOST_TEST(taken >= 10);
  for (int i = 0; i < 20; ++i) BOOST_TEST(deliver(id_of(taken + i % 5)) == 503);
  for (int number = 0; number < taken; number += 10) BOOST_TEST(deliver(id_of(number)) == 204);
  check_log(small.log_folder(), ids_up_to(taken));

  small.make_room();
  for (int number = taken - 5; number < taken + 5; ++number)
    BOOST_TEST(deliver(id_of(number)) == 204);
  check_log(small.log_folder(), ids_up_to(taken + 5));
  BOOST_TEST_MESSAGE(taken << " messages until the disk was full");
}

// The most bytes that a file of the process may get ("unlimited"), from its next write on.
void limit_files_of(const TemporaryFolder& folder, const ChildProcess& process,
                    const std::string& bytes) {
  ChildProcess prlimit(
      {"prlimit", "--pid=" + std::to_string(process.pid()), "--fsize=" + bytes + ":"}, {},
      folder.path() + "/prlimit.out");
  BOOST_REQUIRE_MESSAGE(prlimit.wait() == 0, prlimit.output());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(full_disk)

BOOST_AUTO_TEST_CASE(a_handler_gives_503_while_it_is_full_and_goes_on_when_there_is_room,
                     *boost::unit_test::precondition(can_mount)) {
  const SmallDisk small;
  Handler handler(small.folder, {{"INBOUND_SMS_LOG", small.log()}});
  stays_full_and_recovers(small, over_fastcgi(handler.address()));
  BOOST_TEST(contains(handler.words(), "No space left on device"));
  BOOST_TEST(contains(handler.words(), "can be written again"));
}

BOOST_AUTO_TEST_CASE(cgi_processes_give_503_while_it_is_full_and_go_on_when_there_is_room,
                     *boost::unit_test::precondition(can_mount)) {
  const SmallDisk small;
  stays_full_and_recovers(small, over_cgi(small.folder, small.log()));
}

BOOST_AUTO_TEST_CASE(a_handler_that_starts_on_a_full_one_goes_on_when_there_is_room,
                     *boost::unit_test::precondition(can_mount)) {
  const SmallDisk small;
  std::ofstream(small.disk.path() + "/rest") << std::string(65536, 'x');
  Handler handler(small.folder, {{"INBOUND_SMS_LOG", small.log()}});
  const Deliver deliver = over_fastcgi(handler.address());
  for (int i = 0; i < 20; ++i) BOOST_TEST(deliver(id_of(1)) == 503);
  BOOST_TEST(lines_of(handler.words()) <= 4, handler.words());
  small.make_room();
  BOOST_TEST(deliver(id_of(1)) == 204);
  check_log(small.log_folder(), {id_of(1)});
}

// The kernel writes up to the limit and says how much that was: an honest short write, at each
// place of a line.
BOOST_AUTO_TEST_CASE(a_write_that_ends_anywhere_in_a_line_leaves_nothing_of_it) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/log/messages.jsonl";
  Handler handler(folder, {{"INBOUND_SMS_LOG", log}});
  const Deliver deliver = over_fastcgi(handler.address());
  BOOST_TEST(deliver(id_of(0)) == 204);
  const std::uintmax_t line = fs::file_size(log);
  const int step = rounds() >= 50 ? 1 : 7;
  int taken = 1;
  for (std::uintmax_t part = 0; part < line; part += step) {
    limit_files_of(folder, handler.process(), std::to_string(fs::file_size(log) + part));
    BOOST_TEST(deliver(id_of(taken)) == 503);
    BOOST_TEST(fs::file_size(log) == line * taken);
    limit_files_of(folder, handler.process(), "unlimited");
    BOOST_TEST(deliver(id_of(taken++)) == 204);
  }
  BOOST_TEST(contains(handler.words(), "File too large"));
  check_log(folder.path() + "/log", ids_up_to(taken));
}

BOOST_AUTO_TEST_SUITE_END()
