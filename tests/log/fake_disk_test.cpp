#include "log/fake_disk.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace inbound_sms;
using namespace inbound_sms::log;

namespace {

// A folder /log with a synced file /log/a that holds "old".
struct OneFile {
  FakeDisk disk;
  std::unique_ptr<File> file;

  OneFile() {
    BOOST_REQUIRE(bool(disk.make_folder("/log")));
    disk.put("/log/a", "old");
    disk.sync_everything();
    file = open("/log/a");
  }

  std::unique_ptr<File> open(const std::string& path) {
    Result<std::unique_ptr<File>> opened = disk.open(path, Disk::Open::create);
    BOOST_REQUIRE(bool(opened));
    return std::move(*opened);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fake_disk, OneFile)

BOOST_AUTO_TEST_CASE(a_power_cut_takes_what_was_not_synced) {
  BOOST_TEST(bool(file->write_at(3, "+new")));
  BOOST_TEST(disk.bytes("/log/a") == "old+new");
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/a") == "old");
}

BOOST_AUTO_TEST_CASE(what_was_synced_stays) {
  BOOST_TEST(bool(file->write_at(3, "+new")));
  BOOST_TEST(bool(file->sync()));
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/a") == "old+new");
}

BOOST_AUTO_TEST_CASE(an_unsynced_write_may_be_kept_torn_or_zeros) {
  BOOST_TEST(bool(file->write_at(3, "+one")));
  BOOST_TEST(bool(file->write_at(7, "+two")));
  BOOST_TEST(disk.unsynced() == std::vector<std::size_t>({4, 4}), boost::test_tools::per_element());
  const auto left = [&](const std::vector<Fate>& fates) {
    FakeDisk copy = disk.after_death();
    copy.power_cut(fates);
    return copy.bytes("/log/a");
  };
  BOOST_TEST(left({{kAllBytes}}) == "old+one");
  BOOST_TEST(left({{kAllBytes}, {2}}) == "old+one+t");
  BOOST_TEST(left({{2, true}, {0}}) == std::string("old+o\0\0", 7));
  BOOST_TEST(left({{0}, {kAllBytes}}) == std::string("old\0\0\0\0+two", 11));
}

BOOST_AUTO_TEST_CASE(a_name_is_on_the_disk_when_its_folder_was_synced) {
  const std::unique_ptr<File> made = open("/log/b");
  BOOST_TEST(bool(made->write_at(0, "b")));
  BOOST_TEST(bool(made->sync()));
  FakeDisk copy = disk.after_death();
  copy.power_cut();
  BOOST_TEST(!copy.exists("/log/b"));
  BOOST_TEST(bool(disk.sync_folder("/log")));
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/b") == "b");
}

BOOST_AUTO_TEST_CASE(a_file_is_gone_with_a_folder_above_it_that_was_not_synced) {
  BOOST_TEST(bool(disk.make_folder("/log/2026")));
  const std::unique_ptr<File> made = open("/log/2026/b");
  BOOST_TEST(bool(disk.sync_folder("/log/2026")));
  disk.power_cut();
  BOOST_TEST(!disk.exists("/log/2026/b"));
}

BOOST_AUTO_TEST_CASE(a_rename_is_undone_unless_its_folder_was_synced) {
  BOOST_TEST(bool(disk.rename("/log/a", "/log/b")));
  FakeDisk copy = disk.after_death();
  copy.power_cut();
  BOOST_TEST(copy.names("/log") == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  BOOST_TEST(bool(disk.sync_folder("/log")));
  disk.power_cut();
  BOOST_TEST(disk.names("/log") == std::vector<std::string>{"b"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_the_next_one_succeeds_and_the_bytes_are_zeros) {
  BOOST_TEST(bool(file->write_at(3, "+new")));
  disk.fail({.kind = Call::Kind::sync});
  BOOST_TEST(!file->sync());
  BOOST_TEST(bool(file->sync()));
  BOOST_TEST(*file->read_at(0, 99) == "old+new");
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/a") == std::string("old\0\0\0\0", 7));
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_bytes_that_are_cut_and_written_again_are_safe) {
  BOOST_TEST(bool(file->write_at(3, "+new")));
  disk.fail({.kind = Call::Kind::sync});
  BOOST_TEST(!file->sync());
  BOOST_TEST(bool(file->truncate(3)));
  BOOST_TEST(bool(file->write_at(3, "+2")));
  BOOST_TEST(bool(file->sync()));
  disk.power_cut();
  BOOST_TEST(disk.bytes("/log/a") == "old+2");
}

BOOST_AUTO_TEST_CASE(the_nth_call_of_a_kind_fails_with_the_given_errno) {
  disk.fail({.kind = Call::Kind::write, .nth = 2, .number = ENOSPC, .landed = 1});
  BOOST_TEST(bool(file->write_at(3, "1")));
  const Status second = file->write_at(4, "22");
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error().number == ENOSPC);
  BOOST_TEST(disk.bytes("/log/a") == "old12");
  BOOST_TEST(bool(file->write_at(5, "3")));
}

BOOST_AUTO_TEST_CASE(a_process_dies_at_the_call_it_is_told_to) {
  disk.fail({.nth = 2, .number = Fault::kProcessDies});
  {
    const Result<std::unique_ptr<Lock>> lock = disk.lock("/log");
    BOOST_REQUIRE(bool(lock));
    BOOST_CHECK_THROW((void)file->write_at(3, "x"), ProcessDied);
  }
  BOOST_TEST(disk.bytes("/log/a") == "old");
  BOOST_TEST(bool(disk.lock("/log")));
}

BOOST_AUTO_TEST_CASE(a_lock_taken_twice_names_who_has_it) {
  disk.process = "the first";
  const Result<std::unique_ptr<Lock>> lock = disk.lock("/log");
  BOOST_CHECK_EXCEPTION((void)disk.lock("/log"), std::logic_error, [](const std::logic_error& e) {
    return std::string(e.what()).find("the first has locked /log") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_file_that_was_open_cannot_be_used_after_a_power_cut) {
  disk.power_cut();
  BOOST_CHECK_THROW((void)file->sync(), std::logic_error);
}

BOOST_AUTO_TEST_CASE(every_boot_has_an_id_of_its_own) {
  const std::string before = disk.boot_id();
  disk.power_cut();
  BOOST_TEST(disk.boot_id() != before);
}

BOOST_AUTO_TEST_CASE(the_number_of_a_removed_file_is_used_again_when_nobody_has_it_open) {
  disk.reuse_inodes();
  const FileId first = file->info()->id;
  disk.remove("/log/a");
  BOOST_TEST((open("/log/b")->info()->id != first));
  file.reset();
  BOOST_TEST((open("/log/c")->info()->id == first));
}

BOOST_AUTO_TEST_SUITE_END()
