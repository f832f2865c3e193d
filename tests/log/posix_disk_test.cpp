#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "log/child.h"
#include "log/log_world.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using boost::test_tools::per_element;
using inbound_sms::testing::TemporaryFolder;

// The machine's own disk, in a temporary folder.

namespace {

struct RealFolder {
  TemporaryFolder temporary;
  std::string folder = temporary.path() + "/log";
  Disk& disk = posix_disk();

  RealFolder() { BOOST_REQUIRE(bool(disk.make_folder(folder))); }

  std::unique_ptr<File> open(const std::string& name, Disk::Open how = Disk::Open::create) {
    Result<std::unique_ptr<File>> file = disk.open(folder + "/" + name, how);
    BOOST_REQUIRE_MESSAGE(bool(file), (file ? "" : file.error().text));
    return std::move(*file);
  }

  mode_t mode_of(const std::string& path) const {
    struct stat status;
    BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
  }
};

// Two processes say one byte to each other.
struct Pipe {
  int ends[2];
  Pipe() { BOOST_REQUIRE(::pipe(ends) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void say(char byte) const { BOOST_REQUIRE(::write(ends[1], &byte, 1) == 1); }
  char hear() const {
    char byte = 0;
    return ::read(ends[0], &byte, 1) == 1 ? byte : '\0';
  }
};

template <class T>
int errno_of(const Result<T>& result) {
  return result ? 0 : result.error().number;
}

// A log of real files and a journal on it.
struct RealLog : RealFolder {
  JournalOptions options{*LogPattern::parse(folder + "/%Y-%m-%d.jsonl")};
  std::vector<std::string> reports;
  Journal journal{options, disk, system_clock(),
                  [this](std::string_view line) { reports.emplace_back(line); }};

  Outcome deliver(int number) {
    const Record record = message(number, system_clock().now());
    return journal.commit({&record, 1}).front();
  }

  std::string bytes() const {
    std::string all;
    const Result<std::vector<LogFile>> files = options.pattern.list(disk);
    for (const LogFile& file : *files) all += testing::read_file(file.path);
    return all;
  }

  std::size_t lines() const {
    const std::string all = bytes();
    return std::size_t(std::count(all.begin(), all.end(), '\n'));
  }
};

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Outcome)

BOOST_FIXTURE_TEST_SUITE(real_disk, RealFolder)

BOOST_AUTO_TEST_CASE(files_are_0600_and_folders_0700_whatever_the_umask_allows) {
  const mode_t before = ::umask(0);
  open("a");
  BOOST_TEST(bool(disk.make_folder(folder + "/sub")));
  ::umask(before);
  BOOST_TEST(mode_of(folder + "/a") == 0600U);
  BOOST_TEST(mode_of(folder + "/sub") == 0700U);
}

BOOST_AUTO_TEST_CASE(bytes_are_written_read_and_cut) {
  const std::unique_ptr<File> file = open("a");
  BOOST_TEST(bool(file->write_at(0, "one two")));
  BOOST_TEST(bool(file->write_at(4, "TWO three")));
  BOOST_TEST(*file->read_at(0, 100) == "one TWO three");
  BOOST_TEST(*file->read_at(4, 3) == "TWO");
  BOOST_TEST(*file->read_at(100, 3) == "");
  BOOST_TEST(bool(file->sync()));
  BOOST_TEST(bool(file->truncate(3)));
  BOOST_TEST(file->info()->size == 3U);
  BOOST_TEST(*open("a", Disk::Open::read)->read_at(0, 100) == "one");
}

BOOST_AUTO_TEST_CASE(a_file_keeps_its_id_when_it_is_renamed) {
  const FileId id = open("a")->info()->id;
  BOOST_TEST(bool(disk.rename(folder + "/a", folder + "/b")));
  BOOST_TEST((disk.look(folder + "/b")->id == id));
  BOOST_TEST((open("a")->info()->id != id));
}

BOOST_AUTO_TEST_CASE(files_and_folders_are_listed_and_nothing_else) {
  open("a");
  BOOST_TEST(bool(disk.make_folder(folder + "/sub")));
  BOOST_REQUIRE(::symlink("sub", (folder + "/link").c_str()) == 0);
  BOOST_REQUIRE(::symlink("nowhere", (folder + "/dangling").c_str()) == 0);
  BOOST_REQUIRE(::mkfifo((folder + "/pipe").c_str(), 0600) == 0);
  Result<std::vector<std::string>> names = disk.list(folder);
  BOOST_REQUIRE(bool(names));
  std::sort(names->begin(), names->end());
  const std::vector<std::string> expected = {"a", "link/", "sub/"};
  BOOST_TEST(*names == expected, per_element());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_enoent_and_named) {
  const std::string nothing = folder + "/nothing";
  BOOST_TEST(errno_of(disk.look(nothing)) == ENOENT);
  BOOST_TEST(errno_of(disk.list(nothing)) == ENOENT);
  BOOST_TEST(errno_of(disk.lock(nothing)) == ENOENT);
  BOOST_TEST(errno_of(disk.sync_folder(nothing)) == ENOENT);
  BOOST_TEST(errno_of(disk.rename(nothing, nothing + "2")) == ENOENT);
  BOOST_TEST(errno_of(disk.make_folder(nothing + "/sub")) == ENOENT);
  for (const Disk::Open how : {Disk::Open::read, Disk::Open::write})
    BOOST_TEST(errno_of(disk.open(nothing, how)) == ENOENT);
  BOOST_TEST(errno_of(disk.open(nothing + "/a", Disk::Open::create)) == ENOENT);
  BOOST_TEST(disk.look(nothing).error().text ==
             "look at " + nothing + ": No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_pipe_in_the_place_of_a_file_is_not_waited_for,
                     *boost::unit_test::timeout(60)) {
  BOOST_REQUIRE(::mkfifo((folder + "/pipe").c_str(), 0600) == 0);
  for (const Disk::Open how : {Disk::Open::read, Disk::Open::write, Disk::Open::create})
    BOOST_TEST(errno_of(open("pipe", how)->read_at(0, 1)) == ESPIPE);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_there_is_made_again_without_an_error) {
  BOOST_TEST(bool(disk.make_folder(folder)));
  BOOST_TEST(bool(disk.sync_folder(folder)));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_opened_for_reading_can_be_synced_and_not_written) {
  open("a");
  const std::unique_ptr<File> file = open("a", Disk::Open::read);
  BOOST_TEST(bool(file->sync()));
  BOOST_TEST(!file->write_at(0, "x"));
  BOOST_TEST(!file->truncate(0));
}

BOOST_AUTO_TEST_CASE(the_boot_id_is_that_of_the_kernel) {
  BOOST_TEST(!disk.boot_id().empty());
  BOOST_TEST(disk.boot_id().find_first_of(" \n") == std::string::npos);
  std::ifstream kernel("/proc/sys/kernel/random/boot_id");
  std::string id;
  if (kernel >> id) BOOST_TEST(disk.boot_id() == id);
}

// Each process adds one to a number in a file, reading and writing it in two steps.
BOOST_AUTO_TEST_CASE(only_one_process_at_a_time_has_the_lock) {
  constexpr int kProcesses = 4, kTurns = 100;
  BOOST_TEST(bool(open("number")->write_at(0, "10000")));
  const auto count = [&] {
    for (int turn = 0; turn < kTurns; ++turn) {
      const Result<std::unique_ptr<Lock>> lock = disk.lock(folder);
      if (!lock) return false;
      const auto file = disk.open(folder + "/number", Disk::Open::write);
      const int number = std::stoi(*(*file)->read_at(0, 5));
      if (!(*file)->write_at(0, std::to_string(number + 1))) return false;
    }
    return true;
  };
  {
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < kProcesses; ++i) children.push_back(std::make_unique<Child>(count));
    for (const auto& child : children) BOOST_TEST(child->ended_well());
  }
  BOOST_TEST(*open("number")->read_at(0, 5) == std::to_string(10000 + kProcesses * kTurns));
}

BOOST_AUTO_TEST_CASE(the_lock_of_a_process_that_was_killed_is_free) {
  Pipe locked;
  const pid_t pid = ::fork();
  BOOST_REQUIRE(pid >= 0);
  if (pid == 0) {
    const Result<std::unique_ptr<Lock>> lock = disk.lock(folder);
    locked.say(lock ? '+' : '-');
    ::pause();
    ::_exit(1);
  }
  BOOST_TEST(locked.hear() == '+');
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  BOOST_TEST(bool(disk.lock(folder)));
}

// A busy process takes the lock again as soon as it has let go of it, before one that waits can
// wake up. The other one must have its turn first, each time.
BOOST_AUTO_TEST_CASE(a_process_that_waits_for_the_lock_is_not_overtaken_by_a_busy_one) {
  constexpr std::size_t kTurns = 30;
  const std::unique_ptr<File> turns = open("turns");  // one byte for each turn of the other one
  Pipe locked;
  Child other([&] {
    for (std::size_t turn = 0; turn < kTurns; ++turn) {
      if (locked.hear() != '+') return false;
      const Result<std::unique_ptr<Lock>> lock = disk.lock(folder);
      if (!lock || !turns->write_at(turn, "x")) return false;
    }
    return true;
  });
  std::size_t overtaken = 0;
  for (std::size_t turn = 0; turn < kTurns; ++turn) {
    Result<std::unique_ptr<Lock>> lock = disk.lock(folder);
    BOOST_REQUIRE(bool(lock));
    locked.say('+');
    BOOST_REQUIRE(testing::wait_until([&] { return other.waits_for_a_lock(); }));
    lock->reset();
    lock = disk.lock(folder);
    overtaken += turns->info()->size != turn + 1;
  }
  BOOST_TEST(other.ended_well());
  BOOST_TEST(overtaken == 0U);
}

// The other process is begun before we have the lock: it would inherit it.
BOOST_AUTO_TEST_CASE(a_lock_on_a_folder_that_was_replaced_is_not_given) {
  Pipe locked;
  Child other([&] {
    if (locked.hear() != '+') return false;
    const Result<std::unique_ptr<Lock>> late = disk.lock(folder);
    return !late && late.error().number == ESTALE;
  });
  Result<std::unique_ptr<Lock>> lock = disk.lock(folder);
  BOOST_REQUIRE(bool(lock));
  locked.say('+');
  BOOST_TEST(testing::wait_until([&] { return other.waits_for_a_lock(); }));
  BOOST_TEST(bool(disk.rename(folder, folder + ".old")));
  BOOST_TEST(bool(disk.make_folder(folder)));
  lock->reset();
  BOOST_TEST(other.ended_well());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(real_log, RealLog)

BOOST_AUTO_TEST_CASE(messages_are_stored_once_across_restarts) {
  BOOST_TEST(deliver(1) == Outcome::stored);
  BOOST_TEST(deliver(1) == Outcome::duplicate);
  Journal later(options, disk, system_clock(), [](std::string_view) {});
  const Record record = message(1, system_clock().now());
  BOOST_TEST(later.commit({&record, 1}).front() == Outcome::duplicate);
  BOOST_TEST(lines() == 1U);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(folders_that_are_not_there_are_made_for_their_owner_alone) {
  ::rmdir(folder.c_str());
  BOOST_TEST(deliver(1) == Outcome::stored);
  BOOST_TEST(mode_of(folder) == 0700U);
  BOOST_TEST(mode_of(folder + "/.synced") == 0600U);
  BOOST_TEST(mode_of(options.pattern.list(disk)->front().path) == 0600U);
}

BOOST_AUTO_TEST_CASE(several_processes_store_every_message_once) {
  constexpr int kProcesses = 3, kMessages = 60;
  const auto store = [&](int first) {
    Journal own(options, disk, system_clock(), [](std::string_view) {});
    for (int i = 0; i < kMessages; ++i) {
      const Record record = message((first + i) % kMessages, system_clock().now());
      if (own.commit({&record, 1}).front() == Outcome::failed) return false;
    }
    return true;
  };
  {
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < kProcesses; ++i)
      children.push_back(std::make_unique<Child>([&, i] { return store(i * 20); }));
    for (const auto& child : children) BOOST_TEST(child->ended_well());
  }
  BOOST_TEST(lines() == std::size_t(kMessages));
  BOOST_TEST(deliver(0) == Outcome::duplicate);
}

// RLIMIT_FSIZE makes a small disk: a write beyond it lands in part and fails with EFBIG.
BOOST_AUTO_TEST_CASE(a_file_that_may_not_grow_fails_whole_and_recovers) {
  Child child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    if (deliver(1) != Outcome::stored) return false;
    const std::size_t before = bytes().size();
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t usual = limit.rlim_cur;
    limit.rlim_cur = before + 50;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (deliver(2) != Outcome::failed || bytes().size() != before) return false;
    if (deliver(1) != Outcome::duplicate) return false;
    limit.rlim_cur = usual;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (deliver(2) != Outcome::stored || lines() != 2) return false;
    return reports.size() == 2 && reports[0].find("File too large") != std::string::npos;
  });
  BOOST_TEST(child.ended_well());
}

BOOST_AUTO_TEST_SUITE_END()
