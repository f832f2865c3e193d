#include "log/past.h"

#include <boost/test/unit_test.hpp>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

namespace {

// A file of messages and what is remembered of it.
struct OneLog {
  FakeClock clock;
  FakeDisk disk;
  Past past{message_key, 96h, Recall::memory};
  std::string lines;
  CrcDigits digits;

  OneLog() { disk.reuse_inodes(); }

  void append(int number) {
    digits = append_line(lines, digits, message(number, clock.time).body);
    disk.put("/a", lines);
  }

  void catch_up(std::uint64_t limit = 1u << 30) {
    const std::unique_ptr<File> file = std::move(*disk.open("/a", Disk::Open::read));
    BOOST_REQUIRE(bool(past.catch_up(*file, file->info()->id, limit, clock.time)));
  }

  bool holds(int number) const { return past.holds(key_of(number), clock.time); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(past, OneLog)

BOOST_AUTO_TEST_CASE(the_keys_of_a_file_are_remembered_up_to_the_limit) {
  append(1);
  const std::uint64_t limit = lines.size();
  append(2);
  catch_up(limit);
  BOOST_TEST(holds(1));
  BOOST_TEST(!holds(2));
  catch_up();
  BOOST_TEST(holds(2));
}

BOOST_AUTO_TEST_CASE(only_what_is_new_is_read) {
  for (int number = 0; number < 10000; ++number)
    digits = append_line(lines, digits, message(number, clock.time).body);
  append(10000);
  catch_up();
  append(10001);
  disk.clear_calls();
  catch_up();
  BOOST_TEST(holds(10001));
  const auto reads = std::count_if(disk.calls().begin(), disk.calls().end(),
                                   [](const Call& call) { return call.kind == Call::Kind::read; });
  BOOST_TEST(reads <= 4);
}

BOOST_AUTO_TEST_CASE(the_window_reaches_from_edge_to_edge) {
  append(1);
  catch_up();
  clock.time += 96h;
  BOOST_TEST(holds(1));
  clock.time += 1us;
  BOOST_TEST(!holds(1));
}

BOOST_AUTO_TEST_CASE(a_damaged_line_does_not_count_and_those_behind_it_do) {
  append(1);
  append(2);
  append(3);
  lines.replace(lines.find("\"messageId\":\"2\""), 15, "\"messageId\":\"9\"");
  disk.put("/a", lines);
  catch_up();
  BOOST_TEST(holds(1));
  BOOST_TEST(!holds(2));
  BOOST_TEST(holds(3));
}

BOOST_AUTO_TEST_CASE(another_file_with_the_same_number_is_read_from_its_start) {
  append(1);
  append(2);
  catch_up();
  disk.remove("/a");
  lines.clear();
  digits.clear();
  append(3);
  append(4);
  append(5);
  catch_up();
  BOOST_TEST((holds(3) && holds(4) && holds(5)));
}

BOOST_AUTO_TEST_CASE(what_was_just_stored_need_not_be_read) {
  append(1);
  const Record record = message(1, clock.time);
  const Record* const stored[] = {&record};
  const FileId id = disk.look("/a")->id;
  past.add(stored, id, lines.size(), digits, clock.time);
  BOOST_TEST(holds(1));
  append(2);
  catch_up();
  BOOST_TEST(holds(2));
}

BOOST_AUTO_TEST_CASE(a_record_without_a_key_is_not_remembered) {
  Record record = message(1, clock.time);
  record.key.reset();
  const Record* const stored[] = {&record};
  past.add(stored, {7}, 0, "", clock.time);
  BOOST_TEST(!holds(1));
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_is_an_error_and_the_next_one_begins_there_again) {
  append(1);
  for (std::size_t nth = 1; nth <= 2; ++nth) {
    const std::unique_ptr<File> file = std::move(*disk.open("/a", Disk::Open::read));
    disk.fail({.kind = Call::Kind::read, .nth = nth});
    BOOST_TEST(!past.catch_up(*file, disk.look("/a")->id, 1000000, clock.time));
    disk.heal();
  }
  append(2);
  catch_up();
  BOOST_TEST((holds(1) && holds(2)));
}

BOOST_AUTO_TEST_SUITE_END()
