#include "tools/repair.h"

#include "log/running_log.h"
#include "log/scan.h"
#include "tools/verify.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace inbound_sms::tools;

namespace {

using Numbers = std::vector<int>;

// A log with the messages 1 to 5, one a line, and the handler that wrote them.
struct RepairedLog : RunningLog {
  std::string aside = torn_path(kFile, clock.time);
  std::string sound;
  std::vector<std::string> lines;  // of it, each with its newline

  RepairedLog() {
    commit(*journal, {2, 3, 4, 5});
    sound = disk.bytes(kFile);
    for (std::size_t from = 0, end = 0; from < sound.size(); from = end) {
      end = sound.find('\n', from) + 1;
      lines.push_back(sound.substr(from, end - from));
    }
    disk.clear_calls();
  }

  // Somebody changes the lines with an editor, which writes a file anew.
  void write(const std::vector<std::string>& other) {
    disk.remove(kFile);
    write_in_place(other);
  }
  void write_in_place(const std::vector<std::string>& other) {
    std::string bytes;
    for (const std::string& line : other) bytes += line;
    disk.put(kFile, bytes);
  }

  Repair repaired(const RepairOptions& with = {}) {
    const Result<Repair> result = repair(disk, options.pattern, kFile, clock.time, with);
    BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().text));
    return *result;
  }

  // The messages of the file after a repair, which has to leave it sound.
  Numbers messages_after(const RepairOptions& with = {}) {
    repaired(with);
    const Result<Diagnosis> diagnosis = verify(disk, options.pattern, kFile);
    BOOST_REQUIRE(bool(diagnosis));
    for (const Finding& finding : diagnosis->findings) BOOST_ERROR(finding.text);
    return on_log();
  }

  std::string changed(std::size_t line, const std::string& from, const std::string& to) const {
    std::string text = lines[line - 1];
    return text.replace(text.find(from), from.size(), to);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(repairing, RepairedLog)

BOOST_AUTO_TEST_CASE(a_sound_file_is_left_alone) {
  const Repair result = repaired();
  BOOST_TEST(result.diagnosis.findings.empty());
  BOOST_TEST(result.kept == 5U);
  BOOST_TEST(result.aside == "");
  BOOST_TEST(disk.steps() == (std::vector<std::string>{"lock /log", "unlock /log"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_damaged_line_is_moved_aside_and_the_others_keep_their_bodies) {
  const std::string damaged = changed(3, "{\"received\"", "{\"deceived\"");
  write({lines[0], lines[1], damaged, lines[3], lines[4]});
  const Repair result = repaired();
  BOOST_TEST(result.kept == 4U);
  BOOST_TEST(result.moved == 1U);
  BOOST_TEST(result.aside == aside);
  BOOST_TEST(disk.bytes(aside) == damaged);
  std::string expected = lines[0] + lines[1];
  CrcDigits digits(take_apart(lines[1].substr(0, lines[1].size() - 1))->digits);
  for (const std::string& line : {lines[3], lines[4]})
    digits = append_line(expected, digits, line.substr(0, line.size() - 1 - kCrcLength));
  BOOST_TEST(disk.bytes(kFile) == expected);
}

BOOST_AUTO_TEST_CASE(a_line_of_which_only_the_crc_is_damaged_stays) {
  std::string line = lines[1];
  line[line.size() - 4] ^= 1;
  write({lines[0], line, lines[2], lines[3], lines[4]});
  BOOST_TEST(messages_after() == (Numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(kFile) == sound);
  BOOST_TEST(!disk.exists(aside));
}

BOOST_AUTO_TEST_CASE(swapped_lines_stay_where_they_are) {
  write({lines[0], lines[3], lines[2], lines[1], lines[4]});
  BOOST_TEST(messages_after() == (Numbers{1, 4, 3, 2, 5}), boost::test_tools::per_element());
  BOOST_TEST(!disk.exists(aside));
}

BOOST_AUTO_TEST_CASE(a_line_that_stands_there_twice_stays_once) {
  write({lines[0], lines[1], lines[2], lines[1], lines[3], lines[4]});
  BOOST_TEST(messages_after() == (Numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(aside) == lines[1]);
}

BOOST_AUTO_TEST_CASE(a_block_that_stands_there_twice_stays_once) {
  write({lines[0], lines[1], lines[2], lines[3], lines[4], lines[0], lines[1], lines[2]});
  BOOST_TEST(messages_after() == (Numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(kFile) == sound);
  BOOST_TEST(disk.bytes(aside) == lines[0] + lines[1] + lines[2]);
}

BOOST_AUTO_TEST_CASE(of_a_changed_line_and_its_sound_copy_the_copy_stays) {
  write({lines[0], changed(2, "inbound", "outbound"), lines[2], lines[3], lines[4], lines[1]});
  BOOST_TEST(messages_after() == (Numbers{1, 3, 4, 5, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_nothing_proves_goes_aside_or_stays_as_the_operator_wants) {
  write({lines[0], lines[2], lines[3], lines[4]});  // 2 is missing: 3 may be as it was or not
  const FakeDisk as_it_was = disk;
  BOOST_TEST(messages_after() == (Numbers{1, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(aside) == lines[2]);
  disk = as_it_was;
  BOOST_TEST(messages_after({.keep_unproven = true}) == (Numbers{1, 3, 4, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(!disk.exists(aside));
}

BOOST_AUTO_TEST_CASE(a_torn_end_goes_aside) {
  disk.sync_everything();
  disk.power_cut();
  disk.put(kFile, sound + "torn");
  const Repair result = repaired();
  BOOST_TEST(result.kept == 5U);
  BOOST_TEST(result.moved == 0U);
  BOOST_TEST(result.torn == 4U);
  BOOST_TEST(disk.bytes(kFile) == sound);
  BOOST_TEST(disk.bytes(aside) == "torn");
}

BOOST_AUTO_TEST_CASE(a_last_line_that_lacks_but_its_newline_stays) {
  disk.put(kFile, sound.substr(0, sound.size() - 1));
  BOOST_TEST(messages_after() == (Numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(kFile) == sound);
  BOOST_TEST(!disk.exists(aside));
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_the_same_and_changes_nothing) {
  disk.put(kFile, lines[0] + "damaged\n" + lines[1] + lines[2]);
  const std::vector<std::string> names = disk.names("/log");
  const std::string bytes = disk.bytes(kFile);
  const Repair result = repaired({.dry_run = true});
  BOOST_TEST(result.kept == 3U);
  BOOST_TEST(result.moved == 1U);
  BOOST_TEST(result.aside == aside);
  BOOST_TEST(disk.names("/log") == names, boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(kFile) == bytes);
  BOOST_TEST(disk.last_step() == "nothing");  // not even the lock, which makes `.synced`
}

BOOST_AUTO_TEST_CASE(handlers_that_run_go_on_with_the_new_file) {
  const auto another = start(Recall::search);
  write_in_place({lines[0], "damaged\n", lines[1], lines[2], lines[3], lines[4]});
  repaired();
  BOOST_TEST(commit(*journal, {1, 2, 6}) == "duplicate duplicate stored");
  BOOST_TEST(commit(*another, {5, 6, 7}) == "duplicate duplicate stored");
  BOOST_TEST(commit(*journal, {7, 8}) == "duplicate stored");
  BOOST_TEST(on_log() == (Numbers{1, 2, 3, 4, 5, 6, 7, 8}), boost::test_tools::per_element());
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(the_mark_names_the_new_file_and_its_length) {
  write_in_place({lines[0], "damaged\n", lines[1]});
  repaired();
  const std::optional<SyncedMark> mark = mark_from_text(disk.bytes(kMark));
  BOOST_REQUIRE(mark.has_value());
  BOOST_TEST((mark->id == disk.look(kFile)->id));
  BOOST_TEST(mark->length == disk.bytes(kFile).size());
}

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_is_known_by_its_new_length_afterwards) {
  write_in_place({lines[0], lines[1]});
  BOOST_TEST(messages_after() == (Numbers{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(commit(*journal, {1, 3}) == "duplicate stored");
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(what_a_dead_handler_never_synced_goes_aside_and_comes_again) {
  disk.fail({.kind = Call::Kind::sync, .path = kFile, .number = Fault::kProcessDies});
  BOOST_CHECK_THROW(commit(*journal, {6}), ProcessDied);
  journal.reset();
  disk.heal();
  const std::string unsynced = disk.bytes(kFile).substr(sound.size());
  BOOST_TEST_REQUIRE(unsynced.size() > 0U);
  disk.put(kFile, "damaged\n" + disk.bytes(kFile).substr(8));
  repaired();
  BOOST_TEST(disk.bytes(aside).ends_with(unsynced));
  BOOST_TEST(commit(*start(), {6, 3, 1}) == "stored duplicate stored");
}

BOOST_AUTO_TEST_CASE(an_older_file_is_repaired_without_a_word_in_the_mark) {
  clock.time += std::chrono::hours(24);
  BOOST_TEST(commit(*journal, {6}) == "stored");
  const std::string mark = disk.bytes(kMark);
  write({lines[0], "damaged\n", lines[1], lines[2], lines[3], lines[4]});
  BOOST_TEST(messages_after() == (Numbers{1, 2, 3, 4, 5, 6}), boost::test_tools::per_element());
  BOOST_TEST(disk.bytes(kMark) == mark);
  BOOST_TEST(commit(*journal, {2, 6, 7}) == "duplicate duplicate stored");
}

BOOST_AUTO_TEST_CASE(what_was_moved_aside_before_is_not_written_over) {
  disk.put(aside, "from an earlier repair");
  write({lines[0], "damaged\n", lines[1]});
  const Repair result = repaired();
  BOOST_TEST(result.aside != aside);
  BOOST_TEST(disk.bytes(aside) == "from an earlier repair");
  BOOST_TEST(disk.bytes(result.aside) == "damaged\n");
  BOOST_TEST(!options.pattern.base_of(result.aside).has_value());
}

BOOST_AUTO_TEST_CASE(the_old_file_goes_when_all_of_it_is_on_the_disk_elsewhere) {
  write_in_place({lines[0], "damaged\n", lines[1]});
  repaired();
  const std::string fresh = kFile + ".torn-repair";
  const std::vector<std::string> steps = {
      "lock /log",         "truncate " + aside, "write " + aside, "sync " + aside,
      "truncate " + fresh, "write " + fresh,    "sync " + fresh,  "sync_folder /log",
      "rename " + fresh,   "sync_folder /log",  "write " + kMark, "unlock /log"};
  BOOST_TEST(disk.steps() == steps, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_renamed_meanwhile_is_not_put_back) {
  write({lines[0], "damaged\n", lines[1]});
  const std::string damaged = disk.bytes(kFile);
  disk.between_calls = [&] {
    if (disk.exists(kFile + ".torn-repair") && !disk.exists(kFile + ".1"))
      disk.move(kFile, kFile + ".1"), disk.put(kFile, "a new file");
  };
  BOOST_TEST(!repair(disk, options.pattern, kFile, clock.time, {}));
  BOOST_TEST(disk.bytes(kFile) == "a new file");
  BOOST_TEST(disk.bytes(kFile + ".1") == damaged);
}

// Longer than what is held in memory of it, and its end looks like the first line of a log.
BOOST_AUTO_TEST_CASE(a_line_that_is_far_too_long_goes_aside_whole) {
  const std::string endless = "begin" + std::string(kLongestLine + 1000000, 'x') + lines[0];
  write({lines[0], endless, lines[1]});
  BOOST_TEST(messages_after() == (Numbers{1, 2}), boost::test_tools::per_element());
  BOOST_TEST((disk.bytes(aside) == endless));
}

BOOST_AUTO_TEST_CASE(a_long_file_is_copied_as_it_is) {
  const std::string end(3000000, 'x');
  disk.sync_everything();
  disk.power_cut();
  disk.put(kFile, lines[0] + end + "\n" + lines[1] + end);
  BOOST_TEST(repaired({.keep_unproven = true}).torn == end.size());
  BOOST_TEST((disk.bytes(aside) == end + "\n" + end));
}

BOOST_AUTO_TEST_SUITE_END()
