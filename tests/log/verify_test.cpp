#include "tools/verify.h"

#include "log/running_log.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace inbound_sms::tools;

namespace {

struct VerifiedLog : RunningLog {
  Diagnosis diagnosis(const std::string& path = kFile) {
    const Result<Diagnosis> result = verify(disk, options.pattern, path);
    BOOST_REQUIRE(bool(result));
    return *result;
  }

  // "2: torn", or nothing.
  std::string findings(const std::string& path = kFile) {
    std::string text;
    for (const Finding& finding : diagnosis(path).findings)
      text += std::to_string(finding.line) + ": " + finding.text + ". ";
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verifying, VerifiedLog)

BOOST_AUTO_TEST_CASE(what_a_running_handler_has_not_acknowledged_is_no_damage) {
  std::size_t looks = 0;
  disk.between_calls = [&] {
    BOOST_TEST(findings() == "");
    ++looks;
  };
  commit(*journal, {2, 3});
  disk.between_calls = nullptr;
  BOOST_TEST(looks > 4U);
  BOOST_TEST(diagnosis().lines == 3U);
}

BOOST_AUTO_TEST_CASE(what_a_handler_wrote_that_died_before_its_sync_is_no_damage) {
  die_at({.kind = Call::Kind::write, .path = kFile, .landed = 30});
  BOOST_TEST(disk.bytes(kFile).size() == before.size() + 30);
  BOOST_TEST(findings() == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_shorter_than_what_was_synced_is_found) {
  commit(*journal, {2});
  const std::size_t missing = disk.bytes(kFile).size() - before.size();
  disk.put(kFile, before);
  BOOST_TEST(findings() == "2: " + std::to_string(missing) +
                               " bytes are missing here that were on the disk: something has cut "
                               "the file. ");
  disk.put(kFile, before.substr(0, before.size() - 1));
  BOOST_TEST(findings().starts_with("1: the newline at its end is missing; "));
  disk.put(kFile, before);
  disk.move(kFile, kFile + ".1");  // as copytruncate and log rotation go together
  BOOST_TEST(findings(kFile + ".1").starts_with("2: "));
}

BOOST_AUTO_TEST_CASE(a_mark_that_does_not_fit_the_file_hides_nothing_of_it) {
  disk.put(kFile, "damaged\n" + before);
  BOOST_TEST(findings().starts_with("1: damaged: "));
  BOOST_TEST(diagnosis().lines == 2U);
}

BOOST_AUTO_TEST_CASE(a_torn_end_that_a_power_cut_left_is_found) {
  disk.sync_everything();
  disk.power_cut();
  disk.put(kFile, before + "{\"received\":");
  BOOST_TEST(findings() == "2: torn: 12 bytes without an end. ");
}

BOOST_AUTO_TEST_CASE(the_mark_counts_for_the_file_that_it_names_only) {
  disk.remove(kFile);
  disk.put(kFile, before + "torn");  // as an editor does: a new file under the old name
  BOOST_TEST(findings() == "2: torn: 4 bytes without an end. ");
  const std::string other = "/log/2026-11-23.jsonl";
  disk.put(other, before + "torn");
  BOOST_TEST(findings(other) == "2: torn: 4 bytes without an end. ");
}

BOOST_AUTO_TEST_CASE(a_file_or_a_mark_that_cannot_be_read_is_an_error) {
  for (const std::string& path : {kFile, kMark}) {
    disk.fail({.kind = Call::Kind::open, .path = path});
    BOOST_TEST(!verify(disk, options.pattern, kFile));
  }
}

BOOST_AUTO_TEST_CASE(a_listed_file_that_is_renamed_or_compressed_meanwhile_is_no_error) {
  disk.put(kFile + ".1", before + "torn");
  std::vector<LogFile> files = *options.pattern.list(disk);
  BOOST_REQUIRE(files.size() == 2U);
  disk.move(kFile + ".1", kFile + ".1.gz");  // the first of them; the other takes its name
  disk.move(kFile, kFile + ".1");
  const auto gone = verify_listed(disk, options.pattern, files[0]);
  BOOST_REQUIRE(bool(gone));
  BOOST_TEST(!gone->has_value());
  const auto renamed = verify_listed(disk, options.pattern, files[1]);
  BOOST_REQUIRE(bool(renamed));
  BOOST_REQUIRE(renamed->has_value());
  BOOST_TEST((*renamed)->findings.empty());
  BOOST_TEST(files[1].path == kFile + ".1");
  std::size_t calls = 0;
  disk.between_calls = [&] {
    if (++calls == 2) disk.move(kFile + ".1", kFile + ".2");  // looked at, not opened yet
  };
  const auto again = verify_listed(disk, options.pattern, files[1]);
  BOOST_TEST((again && again->has_value()));
  BOOST_TEST(files[1].path == kFile + ".2");
}

BOOST_AUTO_TEST_SUITE_END()
