#include "tools/diagnosis.h"

#include <boost/test/unit_test.hpp>
#include <numeric>

#include "log/fake_disk.h"
#include "log/line.h"
#include "log/record.h"
#include "log/scan.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace inbound_sms::tools;

namespace {

using Lines = std::vector<std::string>;

// One of each sort: short and long, escapes, characters of two to four bytes, `raw`, no key.
Record sample(int number) {
  static const Lines messages = {R"({"text":"one"})",
                                 R"({"text":"Caf\u00e9 \"at\" 8?\n","n":1E400})",
                                 R"({"text":"Café 😀 ẞ","nested":{"a":[1,{"b":[]}]}})",
                                 R"({})",
                                 R"({"crc":"00000000","key":"x"})",
                                 R"({"text":"the end"})"};
  MessageRecord record{};
  record.received = Time(std::chrono::seconds(number));
  record.kind = "inbound-sms";
  record.signature = "none";
  record.message = messages[std::size_t(number - 1)];
  record.has_raw = number == 3;
  record.raw = "\x80\xff";
  if (number != 4) record.key = Key{std::uint8_t(number)};
  return to_record(record);
}

// The lines of a sound file, each with its newline.
Lines sound_lines() {
  Lines lines(6);
  CrcDigits digits;
  for (std::size_t i = 0; i < lines.size(); ++i)
    digits = append_line(lines[i], digits, sample(int(i) + 1).body);
  return lines;
}

std::string joined(const Lines& lines) {
  return std::accumulate(lines.begin(), lines.end(), std::string());
}

Diagnosis diagnosis_of(const std::string& bytes) {
  FakeDisk disk;
  disk.put("/a", bytes);
  const Result<Diagnosis> diagnosis = diagnose(**disk.open("/a", Disk::Open::read), bytes.size());
  BOOST_REQUIRE(bool(diagnosis));
  return *diagnosis;
}

// "3: swapped with line 5; 5: swapped with line 3".
std::string findings(const std::string& bytes) {
  std::string text;
  for (const Finding& finding : diagnosis_of(bytes).findings)
    text += (text.empty() ? "" : "; ") + std::to_string(finding.line) + ": " + finding.text;
  return text;
}
std::string findings(const Lines& lines) {
  return findings(joined(lines));
}

const std::string kUnproven = "it was changed, or a line before it is missing";

}  // namespace

BOOST_AUTO_TEST_SUITE(the_diagnosis)

BOOST_AUTO_TEST_CASE(a_sound_file_has_no_findings) {
  const Diagnosis diagnosis = diagnosis_of(joined(sound_lines()));
  BOOST_TEST(diagnosis.findings.empty());
  BOOST_TEST(diagnosis.lines == 6U);
  BOOST_TEST(diagnosis.end == joined(sound_lines()).size());
  BOOST_TEST(diagnosis_of("").findings.empty());
}

// Promise 3 of the log: every line is whole and its crc right, and what is not shows.
BOOST_AUTO_TEST_CASE(every_flip_of_a_bit_is_found_on_its_line) {
  const Lines lines = sound_lines();
  const std::string sound = joined(lines);
  std::size_t at = 0, flips = 0;
  for (std::size_t line = 1; line <= lines.size(); ++line) {
    for (const std::size_t end = at + lines[line - 1].size(); at < end; ++at) {
      for (int bit = 0; bit < 8; ++bit, ++flips) {
        std::string flipped = sound;
        flipped[at] = char(flipped[at] ^ (1 << bit));
        const Diagnosis diagnosis = diagnosis_of(flipped);
        // A newline that comes or goes makes one line two, or two lines one.
        const bool new_line = flipped[at] == '\n';
        BOOST_TEST((diagnosis.findings.size() == (new_line ? 2U : 1U)),
                   "byte " << at << ", bit " << bit << ": " << findings(flipped));
        if (!diagnosis.findings.empty()) BOOST_TEST(diagnosis.findings[0].line == line);
      }
    }
  }
  BOOST_TEST_MESSAGE(flips << " flips");
  BOOST_TEST(flips == 8 * sound.size());
}

BOOST_AUTO_TEST_CASE(a_missing_line_is_found_on_the_line_behind_it_save_at_the_end) {
  for (std::size_t missing = 1; missing <= 6; ++missing) {
    Lines lines = sound_lines();
    lines.erase(lines.begin() + std::ptrdiff_t(missing) - 1);
    const std::string expected = missing == 6 ? "" : std::to_string(missing) + ": " + kUnproven;
    BOOST_TEST(findings(lines) == expected);
  }
}

BOOST_AUTO_TEST_CASE(every_two_lines_that_are_swapped_are_named) {
  for (std::size_t a = 1; a <= 6; ++a)
    for (std::size_t b = a + 1; b <= 6; ++b) {
      Lines lines = sound_lines();
      std::swap(lines[a - 1], lines[b - 1]);
      const std::string first = std::to_string(a), second = std::to_string(b);
      BOOST_TEST(findings(lines) == first + ": swapped with line " + second + "; " + second +
                                        ": swapped with line " + first);
    }
}

BOOST_AUTO_TEST_CASE(every_line_that_stands_there_twice_is_named_where_it_does_not_belong) {
  for (std::size_t line = 1; line <= 6; ++line)
    for (std::size_t copy = 1; copy <= 7; ++copy) {
      Lines lines = sound_lines();
      lines.insert(lines.begin() + std::ptrdiff_t(copy) - 1, lines[line - 1]);
      // A copy before the line itself moves it down.
      std::size_t original = copy <= line ? line + 1 : line, at = copy;
      if (copy == line) std::swap(original, at);  // they are the same
      BOOST_TEST(findings(lines) ==
                 std::to_string(at) + ": it is line " + std::to_string(original) + " once more");
    }
}

BOOST_AUTO_TEST_CASE(every_line_that_was_moved_is_named_with_its_place) {
  for (std::size_t from = 1; from <= 6; ++from)
    for (std::size_t to = 1; to <= 6; ++to) {
      if (from == to || from + 1 == to || to + 1 == from) continue;  // the last two: a swap
      Lines lines = sound_lines();
      const std::string moved = lines[from - 1];
      lines.erase(lines.begin() + std::ptrdiff_t(from) - 1);
      lines.insert(lines.begin() + std::ptrdiff_t(to) - 1, moved);
      const std::size_t before = to < from ? from : from - 1;
      const std::string place =
          from == 1 ? "to the start of the file" : "behind line " + std::to_string(before);
      BOOST_TEST(findings(lines) == std::to_string(to) + ": out of place: it belongs " + place);
    }
}

// Three lines can excuse each other.
BOOST_AUTO_TEST_CASE(no_other_order_of_the_lines_is_without_a_finding) {
  const Lines sound = sound_lines();
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
  while (std::next_permutation(order.begin(), order.end())) {
    Lines lines;
    for (const std::size_t line : order) lines.push_back(sound[line]);
    const Diagnosis diagnosis = diagnosis_of(joined(lines));
    BOOST_TEST(!diagnosis.findings.empty());
    for (const Finding& finding : diagnosis.findings)
      BOOST_TEST((finding.worth == Worth::sound), finding.text);
  }
  BOOST_TEST(findings(Lines{sound[1], sound[3], sound[0], sound[2], sound[4], sound[5]}) ==
             "1: out of place: it belongs behind line 3");
}

BOOST_AUTO_TEST_CASE(every_line_of_a_block_that_stands_there_twice_is_named) {
  const Lines sound = sound_lines();
  Lines twice = sound;
  twice.insert(twice.end(), sound.begin(), sound.begin() + 3);
  BOOST_TEST(findings(twice) ==
             "7: it is line 1 once more; 8: it is line 2 once more; 9: it is line 3 once more");
  Lines between = sound;
  between.insert(between.begin() + 3, sound.begin(), sound.begin() + 2);
  BOOST_TEST(findings(between) == "4: it is line 1 once more; 5: it is line 2 once more");
}

BOOST_AUTO_TEST_CASE(of_equal_lines_the_one_that_is_proven_stays) {
  Lines lines = sound_lines();
  const std::string third = lines[2];
  lines.insert(lines.begin() + 4, third);
  lines[2][lines[2].size() - 4] ^= 1;  // its crc, to which
  lines[3].replace(2, 8, "deceived");  // the next line would have been a witness
  BOOST_TEST(findings(lines).starts_with("3: it is line 5 once more; 4: damaged: "));
}

BOOST_AUTO_TEST_CASE(a_sound_copy_of_a_line_that_was_changed_is_no_repeat) {
  Lines lines = sound_lines();
  lines.push_back(lines[1]);
  lines[1].replace(lines[1].find("at"), 2, "ta");
  BOOST_TEST(findings(lines) == "2: " + kUnproven + "; 7: out of place: it belongs behind line 1");
  BOOST_TEST((diagnosis_of(joined(lines)).findings[1].worth == Worth::sound));
}

BOOST_AUTO_TEST_CASE(every_truncation_is_found_save_at_the_end_of_a_line) {
  const Lines lines = sound_lines();
  std::string bytes;
  for (std::size_t line = 1; line <= lines.size(); ++line) {
    const std::string& text = lines[line - 1];
    for (std::size_t size = 0; size < text.size(); ++size) {
      std::string expected =
          std::to_string(line) + ": torn: " + std::to_string(size) + " bytes without an end";
      if (size == 0) expected = "";
      if (size == text.size() - 1)
        expected = std::to_string(line) + ": the newline at its end is missing";
      BOOST_TEST(findings(bytes + text.substr(0, size)) == expected);
    }
    bytes += text;
  }
}

BOOST_AUTO_TEST_CASE(a_digit_that_changes_in_a_crc_is_one_finding_and_tells_the_right_one) {
  Lines lines = sound_lines();
  const std::string digits = lines[2].substr(lines[2].size() - 11, 8);
  lines[2][lines[2].size() - 4] ^= 1;
  BOOST_TEST(findings(lines) == "3: its crc is damaged, it should be " + digits +
                                    "; its message is sound, as the next line shows");
  BOOST_TEST((diagnosis_of(joined(lines)).findings[0].worth == Worth::sound));
}

BOOST_AUTO_TEST_CASE(what_no_line_of_a_log_can_be_is_named) {
  Lines lines = sound_lines();
  const auto in_the_place_of_line_3 = [&](const std::string& text) {
    Lines changed = lines;
    changed[2] = text;
    return findings(changed);
  };
  const std::string third = lines[2].substr(0, lines[2].size() - 1);
  const std::string behind =
      "; 4: nothing shows whether it is sound, since the line before it has no crc";
  BOOST_TEST(in_the_place_of_line_3("\n") == "3: damaged: it is empty" + behind);
  BOOST_TEST(in_the_place_of_line_3(third + "\r\n") ==
             "3: damaged: it ends in a carriage return" + behind);
  BOOST_TEST(in_the_place_of_line_3(std::string(500, '\0') + "\n") ==
             "3: damaged: it holds NUL bytes" + behind);
  BOOST_TEST(in_the_place_of_line_3(third + " \n") ==
             "3: damaged: it does not end in ,\"crc\":\"xxxxxxxx\"}" + behind);
  BOOST_TEST(in_the_place_of_line_3("\xff" + third + "\n") ==
             "3: damaged: it is not one record of a log");
  const std::string wide = "{ " + third.substr(1) + "\n";
  BOOST_TEST(in_the_place_of_line_3(wide) == "3: damaged: it is not one record of a log");
  std::string upper = third + "\n";
  for (std::size_t i = upper.size() - 11; i < upper.size() - 3; ++i)
    upper[i] = char(std::toupper(upper[i]));
  BOOST_TEST_REQUIRE(upper != third + "\n");
  BOOST_TEST(in_the_place_of_line_3(upper).starts_with("3: its crc is damaged"));
}

BOOST_AUTO_TEST_CASE(a_stranger_between_two_lines_casts_no_doubt_on_them) {
  Lines lines = sound_lines();
  lines.insert(lines.begin() + 3, "stray\n");
  BOOST_TEST(findings(lines) == "4: damaged: it does not end in ,\"crc\":\"xxxxxxxx\"}");
}

BOOST_AUTO_TEST_CASE(a_very_long_line_is_only_one_more_damaged_line) {
  Lines lines = sound_lines();
  lines[1] = std::string(4000000, 'x') + "\n";
  BOOST_TEST(findings(lines).starts_with("2: damaged: "));
  BOOST_TEST(diagnosis_of(joined(lines)).lines == 6U);
}

// Only its end is held in memory, which may happen to be a whole line: of just this length, here.
BOOST_AUTO_TEST_CASE(a_line_of_which_only_the_end_is_a_record_is_damaged) {
  const std::size_t chunk = 256 * 1024;  // what a scan reads at once
  const Lines lines = sound_lines();
  const std::string before(kLongestLine + chunk, 'x');
  BOOST_TEST(findings(before + lines[0] + lines[1]).starts_with("1: damaged: it is too long; 2: "));
}

BOOST_AUTO_TEST_CASE(a_changed_text_is_never_said_to_be_sound) {
  Lines lines = sound_lines();
  lines[0].replace(lines[0].find("one"), 3, "two");
  BOOST_TEST(findings(lines) == "1: " + kUnproven);
  BOOST_TEST((diagnosis_of(joined(lines)).findings[0].worth == Worth::unproven));
}

BOOST_AUTO_TEST_CASE(a_line_that_was_never_a_record_is_found_though_its_crc_is_right) {
  std::string line;
  append_line(line, "", "{\"a\":1");
  BOOST_TEST(findings(line) == "1: damaged: it is not one record of a log");
}

BOOST_AUTO_TEST_CASE(
    a_line_that_was_never_a_record_is_not_sound_though_the_next_one_follows_from_it) {
  std::string lines;
  const CrcDigits digits = append_line(lines, "", "{\"a\":1");
  const std::size_t crc = lines.find(digits);
  append_line(lines, digits, sample(1).body);
  lines[crc] = lines[crc] == '0' ? '1' : '0';
  const Diagnosis diagnosis = diagnosis_of(lines);
  BOOST_REQUIRE(!diagnosis.findings.empty());
  BOOST_TEST(diagnosis.findings[0].line == 1U);
  BOOST_TEST((diagnosis.findings[0].worth == Worth::lost));
}
BOOST_AUTO_TEST_CASE(an_end_that_lacks_its_newline_and_was_never_a_record_is_torn) {
  std::string line;
  append_line(line, "", "{\"a\":1");
  line.pop_back();
  BOOST_TEST(findings(line) == "1: torn: 24 bytes without an end");
  BOOST_TEST((diagnosis_of(line).findings[0].worth == Worth::lost));
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_is_an_error) {
  FakeDisk disk;
  disk.put("/a", joined(sound_lines()));
  const auto file = std::move(*disk.open("/a", Disk::Open::read));
  disk.fail({.kind = Call::Kind::read});
  BOOST_TEST(!diagnose(*file, 100));
}

BOOST_AUTO_TEST_SUITE_END()
