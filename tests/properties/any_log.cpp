#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "log/fake_clock.h"
#include "log/follower.h"
#include "log/journal.h"
#include "log/record.h"
#include "log/scan.h"
#include "log/search.h"
#include "log/synced_mark.h"
#include "properties/independent.h"
#include "properties/log_disk.h"
#include "properties/log_file.h"
#include "properties/logs.h"
#include "properties/require.h"
#include "tools/repair.h"
#include "tools/show.h"

namespace inbound_sms::properties {

namespace {

using Lines = std::vector<std::string>;

Lines texts_of(const LogFileContent& content) {
  Lines texts;
  for (const Line& line : content.lines) texts.push_back(line.text);
  return texts;
}

void check_scan(const log::File& file, const std::string& bytes, const LogFileContent& naive) {
  log::ChainCheck chain;
  std::size_t number = 0;
  std::uint64_t expected = 0;
  const auto end = log::scan_lines(file, 0, bytes.size(), [&](const log::ScannedLine& line) {
    require(number < naive.lines.size(), "no line is made up");
    const Line& its = naive.lines[number++];
    require(line.text == its.text && line.is_whole(), "lines are what stands between newlines");
    require(line.begin == expected && line.end == expected + its.text.size() + 1,
            "offsets are those of the line");
    expected = line.end;
    const auto parts = chain.next(line.text);
    require(parts.has_value() == its.sound, "a line is sound when its crc is, and only then");
    require(!parts || (parts->body == its.body && parts->digits == its.digits),
            "a line is taken apart at its end");
    const auto before = log::digits_before(file, line.end);
    require(before && *before == its.digits, "the digits are found behind a line");
    require(is_harmless_line(tools::show(line.text, tools::Colour::off)),
            "what is shown is one harmless line");
  });
  require(end && *end == expected && number == naive.lines.size(), "every whole line is read");
}

// Any of the keys that stand in the file, or what else stands at that place.
void check_search(const log::File& file, const std::string& bytes, const LogFileContent& naive) {
  constexpr std::size_t kMember = 41;  // ,"key":"..."
  for (const Line& wanted : naive.lines) {
    if (wanted.body.size() < kMember) continue;
    const std::string end = wanted.body.substr(wanted.body.size() - kMember);
    Lines expected;
    for (const Line& line : naive.lines)
      if (line.text.size() >= 18 + end.size() &&
          line.text.compare(line.text.size() - 18 - end.size(), end.size() + 8,
                            end + ",\"crc\":\"") == 0)
        expected.push_back(line.text);
    const auto found =
        log::find_lines(file, bytes.size(), end, [](const log::FoundLine&) { return true; });
    require(bool(found), "a file can be searched");
    Lines texts;
    for (const log::FoundLine& line : *found) texts.push_back(line.text);
    std::sort(texts.begin(), texts.end());
    std::sort(expected.begin(), expected.end());
    require(texts == expected, "all lines that end so are found, and no others");
    return;
  }
}

Lines all_of(log::Follower& follower) {
  Lines all;
  for (;;) {
    const Result<Lines> more = follower.next();
    require(bool(more), "a log can be followed");
    if (more->empty()) return all;
    all.insert(all.end(), more->begin(), more->end());
  }
}

void check_followers(log::FakeDisk& disk, const std::string& bytes, const LogFileContent& naive) {
  const Lines texts = texts_of(naive);
  log::Follower follower(disk, log_pattern());
  require(all_of(follower) == texts, "a follower gives every whole line once");
  log::Follower late(disk, log_pattern());
  require(bool(late.skip_to_end(2)), "a follower can begin at the end");
  const std::size_t last = std::min<std::size_t>(2, texts.size());
  require(all_of(late) == Lines(texts.end() - std::ptrdiff_t(last), texts.end()),
          "a follower begins with the last lines");

  const std::uint64_t synced = bytes.size() / 2;
  log::FakeDisk marked = disk_with_log(bytes);
  const log::SyncedMark mark{marked.boot_id(), marked.look(kLogPath)->id, synced, "a.jsonl"};
  require(bool(log::write_mark(marked, "/log", mark)), "a mark can be written");
  log::Follower careful(marked, log_pattern());
  require(all_of(careful) == texts_of(read_naively(bytes.substr(0, synced))),
          "a follower stops at the synced length");
}

bool is_in_order(const LogFileContent& naive) {
  return naive.rest.empty() &&
         std::all_of(naive.lines.begin(), naive.lines.end(),
                     [](const Line& line) { return line.sound && log::received_of(line.body); });
}

void check_repair(const std::string& bytes, const LogFileContent& naive) {
  log::FakeDisk disk = disk_with_log(bytes);
  const Time now = log::FakeClock().time;
  const auto planned = tools::repair(disk, log_pattern(), kLogPath, now, {.dry_run = true});
  require(planned && disk.bytes(kLogPath) == bytes, "a dry run changes nothing");
  require(planned->diagnosis.lines == naive.lines.size(), "every line is looked at");
  require(planned->diagnosis.findings.empty() == is_in_order(naive),
          "whatever is not in order is found, and nothing else");
  std::uint64_t line = 0;
  for (const tools::Finding& finding : planned->diagnosis.findings) {
    require(finding.line > line && is_harmless_line(finding.text), "one finding a line, in order");
    line = finding.line;
  }
  const auto done = tools::repair(disk, log_pattern(), kLogPath, now, {});
  require(done && done->kept == planned->kept && done->moved == planned->moved,
          "a repair does what the dry run says");
  const std::string after = disk.bytes(kLogPath), aside = disk.bytes(done->aside);
  const LogFileContent mended = read_naively(after);
  require(is_in_order(mended) && mended.lines.size() == done->kept, "what is left is in order");
  const std::size_t total = after.size() + aside.size();
  require(total == bytes.size() || total == bytes.size() + 1, "no byte is lost in a repair");
}

// Up to its last sound line.
std::string sound_part(const LogFileContent& naive) {
  std::string all, sound;
  for (const Line& line : naive.lines) {
    all += line.text + "\n";
    if (line.sound) sound = all;
  }
  return sound;
}

// Whatever is there, a new message gets behind its last sound line, and the rest aside.
void check_journal(const std::string& bytes, const LogFileContent& naive) {
  log::FakeDisk disk = disk_with_log(bytes);
  const log::FakeClock clock;
  log::MessageRecord message{};
  message.received = clock.time;
  message.message = "{\"text\":\"new\"}";
  message.key = log::Key{0xff, 0xfe, 0xfd};
  const std::vector<log::Record> batch = {log::to_record(message)};
  const auto commit = [&] {
    log::Journal journal({log_pattern()}, disk, clock, [](std::string_view report) {
      require(is_harmless_line(report), "a report is one line");
    });
    return journal.commit(batch).front();
  };
  require(commit() == log::Outcome::stored, "a new message is stored behind whatever is there");
  require(commit() == log::Outcome::duplicate, "and then it is known");
  const std::string after = disk.bytes(kLogPath), sound = sound_part(naive);
  require(after.starts_with(sound), "what is sound stays");
  require(sound + disk.bytes(log::torn_path(kLogPath, clock.time)) == bytes, "no byte is lost");
  const LogFileContent content = read_naively(after);
  require(after.size() == sound.size() + content.lines.back().text.size() + 1, "one line is new");
  require(content.lines.back().sound && content.lines.back().body == batch.front().body,
          "it is the message, and sound");
}

void check_mark(std::string_view text) {
  const auto mark = log::mark_from_text(text);
  if (!mark) return;
  require(log::mark_from_text(log::to_text(*mark)) == mark, "a mark reads back equal");
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t crc = line.rfind(' ');
  require(line.substr(crc + 1) == crc_digits("", line.substr(0, crc)), "a mark's crc is right");
}

}  // namespace

void check_any_log(std::string_view text) {
  check_mark(text);
  const std::string bytes = with_right_crcs(text);
  const LogFileContent naive = read_naively(bytes);
  log::FakeDisk disk = disk_with_log(bytes);
  const std::unique_ptr<log::File> file = std::move(*disk.open(kLogPath, log::Disk::Open::read));
  check_scan(*file, bytes, naive);
  check_search(*file, bytes, naive);
  check_followers(disk, bytes, naive);
  check_repair(bytes, naive);
  check_journal(bytes, naive);
}

}  // namespace inbound_sms::properties
