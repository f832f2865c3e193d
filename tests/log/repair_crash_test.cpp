#include "log/running_log.h"
#include "tools/repair.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace inbound_sms::tools;

// A repair is killed, or the power is cut, at each of its calls: then the old file is there or the
// new one, whole, and nothing that was moved out of it is missing. A call that fails is no worse.

namespace {

const std::string kStray = "damaged\n";
constexpr std::size_t kSubsets = 7;  // of so many of the newest changes every subset is lost

struct CrashingRepair : RunningLog {
  std::string old_bytes, new_bytes;
  std::string aside = torn_path(kFile, clock.time);
  std::size_t states = 0, new_ones = 0;

  CrashingRepair() {
    commit(*journal, {2, 3});
    new_bytes = disk.bytes(kFile);
    old_bytes = new_bytes.substr(0, before.size()) + kStray + new_bytes.substr(before.size());
    disk.put(kFile, old_bytes);
    disk.sync_everything();
  }

  Result<Repair> run() { return repair(disk, options.pattern, kFile, clock.time, {}); }

  void run_with_crashes() {
    disk.between_calls = [this] { crash_here(); };
    BOOST_REQUIRE(bool(run()));
    crash_here();
    disk.between_calls = nullptr;
    BOOST_TEST_MESSAGE(states << " crash states, " << new_ones << " with the new file");
    BOOST_TEST(states > 80U);
    BOOST_TEST(new_ones > 3U);
    BOOST_TEST(new_ones < states);
  }

  void crash_here() {
    check(disk.after_death());
    const std::size_t changes = disk.unsynced().size(), newest = std::min(changes, kSubsets);
    for (std::size_t subset = 0; subset < std::size_t(1) << newest; ++subset) {
      std::vector<Fate> fates(changes);
      for (std::size_t i = 0; i < newest; ++i)
        fates[changes - newest + i] = {subset >> i & 1 ? kAllBytes : 0, subset % 3 == 0};
      FakeDisk machine = disk.after_death();
      machine.power_cut(fates);
      check(std::move(machine));
    }
  }

  void check(FakeDisk machine) {
    ++states;
    const std::string bytes = machine.bytes(kFile);
    const bool is_new = bytes == new_bytes;
    new_ones += is_new;
    if (!is_new && bytes != old_bytes) BOOST_ERROR("the file is neither old nor new: " << bytes);
    if (is_new && machine.bytes(aside) != kStray) BOOST_ERROR("what was moved is not there");
    Journal next(options, machine, clock, [](std::string_view) {});
    if (next.commit(std::vector{message(1, clock.time), message(4, clock.time)}) !=
        std::vector{Outcome::duplicate, Outcome::stored})
      BOOST_ERROR("a handler cannot go on");
    if (!machine.bytes(kFile).starts_with(bytes)) BOOST_ERROR("a handler has cut the file");
    if (content_of(machine, options.pattern).messages.back() != 4) BOOST_ERROR("4 is not there");
    if (is_new && !content_of(machine, options.pattern).faults.empty())
      BOOST_ERROR("the new file is not sound");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(repairs_that_crash, CrashingRepair)

BOOST_AUTO_TEST_CASE(of_the_file_that_is_written_to) {
  run_with_crashes();
}

BOOST_AUTO_TEST_CASE(of_a_file_that_the_mark_does_not_name) {
  disk.remove(kMark);
  disk.sync_everything();
  run_with_crashes();
}

BOOST_AUTO_TEST_CASE(after_a_boot) {
  disk.power_cut();
  run_with_crashes();
}

BOOST_AUTO_TEST_CASE(every_call_that_fails_is_an_error_or_does_not_matter) {
  const FakeDisk as_it_was = disk;
  std::size_t failed = 0;
  for (std::size_t nth = 1;; ++nth) {
    disk = as_it_was;
    disk.clear_calls();
    aside = torn_path(kFile, clock.time);
    disk.fail({.nth = nth, .number = ENOSPC, .landed = 3});
    const bool done = bool(run());
    disk.heal();
    if (disk.calls().size() < nth) break;
    failed += !done;
    check(disk);
    // The next try succeeds, and is not harmed by what is left of the first.
    clock.time += std::chrono::seconds(1);
    BOOST_REQUIRE(bool(run()));
    BOOST_TEST(disk.bytes(kFile) == new_bytes);
  }
  BOOST_TEST_MESSAGE(failed << " calls that fail");
  BOOST_TEST(failed > 15U);
}

BOOST_AUTO_TEST_CASE(a_repair_that_fails_leaves_a_full_disk_no_fuller) {
  const std::string fresh = kFile + ".torn-repair";
  const FakeDisk as_it_was = disk;
  for (const std::string& path : {aside, fresh})
    for (const Call::Kind kind : {Call::Kind::write, Call::Kind::sync}) {
      disk = as_it_was;
      disk.fail({.kind = kind, .path = path, .number = ENOSPC, .landed = 3});
      BOOST_TEST(!run());
      disk.heal();
      for (const std::string& name : disk.names("/log"))
        if (name.find(".torn-") != std::string::npos)
          BOOST_TEST(disk.bytes("/log/" + name) == "", name);
      BOOST_TEST(disk.bytes(kFile) == old_bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()
