#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "disks/delivery.h"
#include "disks/failing_call.h"
#include "disks/mounts.h"
#include "support/handler.h"
#include "support/rounds.h"
#include "support/slow_disk.h"
#include "support/text.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// An ext4 on which write(2) succeeds and fdatasync(2) fails. The kernel takes the pages for clean
// then: they can be read, the next sync succeeds, and they are not on the disk.

namespace {

constexpr std::size_t kLine = 10 * 4096;  // ends where a block does: see Ext4::fail_syncs()

std::string id_of(int number) {
  return "0C" + std::to_string(1000 + number);
}

// What a message of id_of() needs more to be a line of kLine bytes.
std::size_t padding() {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/messages.jsonl";
  Handler handler(folder, {{"INBOUND_SMS_LOG", log}});
  BOOST_REQUIRE(over_fastcgi(handler.address(), 1)(id_of(1)) == 204);
  return 1 + kLine - fs::file_size(log);
}

struct FailingDisk {
  std::string log_folder() const { return disk.path() + "/log"; }
  std::string log() const { return log_folder() + "/messages.jsonl"; }
  Environment settings() const {
    Environment settings = traced();
    settings["INBOUND_SMS_LOG"] = log();
    return settings;
  }

  Deliver to(const Handler& handler) const { return over_fastcgi(handler.address(), more); }

  // A handler stores a message, sees the sync of the second one fail, and is killed before it can
  // cut off what it wrote. Then the disk is well again.
  void die_after_a_failed_sync() const {
    const CallTracer tracer(folder, log_folder(), {{"ftruncate", "EIO", "1", ":signal=KILL"}});
    Handler handler(folder, settings(), Listen::unix_socket, tracer.wrapper());
    const Deliver deliver = to(handler);
    BOOST_REQUIRE(deliver(id_of(1)) == 204);
    disk.fail_syncs();
    BOOST_REQUIRE(deliver(id_of(2)) == 0);
    BOOST_TEST(handler.process().wait() == 128 + SIGKILL);
    disk.heal_syncs();
    BOOST_TEST(contains(read_file(log()), id_of(2)));  // so it looks
  }

  TemporaryFolder folder;
  Ext4 disk{folder.path() + "/ext4"};
  std::size_t more = padding();
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(failed_sync, FailingDisk, *boost::unit_test::precondition(can_mount))

BOOST_AUTO_TEST_CASE(nothing_is_lost_and_the_handler_goes_on_by_itself) {
  std::vector<std::string> ids;
  {
    Handler handler(folder, settings());
    const Deliver deliver = to(handler);
    for (int round = 0; round < rounds(); ++round) {
      for (int i = 0; i < 5; ++i) {
        ids.push_back(id_of(int(ids.size())));
        BOOST_TEST(deliver(ids.back()) == 204);
      }
      ids.push_back(id_of(int(ids.size())));
      disk.fail_syncs();
      for (int i = 0; i < 5; ++i) BOOST_TEST(deliver(ids.back()) == 503);
      disk.heal_syncs();
      BOOST_TEST(deliver(ids.back()) == 204);
    }
    BOOST_TEST(contains(handler.words(), "sync " + log()));
  }
  disk.remount();
  check_log(log_folder(), ids);
  BOOST_TEST_MESSAGE(ids.size() << " messages over " << rounds() << " failures");
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_when_the_handler_is_killed_after_it,
                     *boost::unit_test::precondition(can_fail_calls)) {
  die_after_a_failed_sync();
  {
    Handler handler(folder, settings());
    BOOST_TEST(to(handler)(id_of(2)) == 204);
    BOOST_TEST(contains(handler.words(), "never synced nor acknowledged"));
  }
  disk.remount();
  check_log(log_folder(), {id_of(1), id_of(2)});
}

// Why `.synced` is there, shown by what happens without it: nobody can know that what looks whole
// is not on the disk, and it is acknowledged.
BOOST_AUTO_TEST_CASE(without_the_file_synced_what_a_failed_sync_left_would_be_acknowledged,
                     *boost::unit_test::precondition(can_fail_calls)) {
  die_after_a_failed_sync();
  fs::remove(log_folder() + "/.synced");
  {
    Handler handler(folder, settings());
    BOOST_TEST(to(handler)(id_of(2)) == 204);
    BOOST_TEST(contains(handler.words(), "a repeat"));
  }
  disk.remount();
  BOOST_TEST(!contains(read_file(log()), id_of(2)));
}

BOOST_AUTO_TEST_SUITE_END()
