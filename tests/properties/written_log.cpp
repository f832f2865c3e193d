#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "log/fake_clock.h"
#include "log/line.h"
#include "log/record.h"
#include "properties/independent.h"
#include "properties/log_disk.h"
#include "properties/log_file.h"
#include "properties/logs.h"
#include "properties/require.h"
#include "tools/repair.h"
#include "vonage/form.h"
#include "vonage/identity.h"
#include "vonage/json.h"
#include "vonage/kind.h"

namespace inbound_sms::properties {

namespace {

using Lines = std::vector<std::string>;  // each with its newline
using Records = std::vector<log::Record>;

log::Record record_of(std::string_view form, Time received) {
  const vonage::Decoded decoded = vonage::parse_form(form);
  const vonage::Kind kind = vonage::classify(decoded.parameters).value();
  const std::string message = decoded.parameters.to_json();
  log::MessageRecord record{};
  record.received = received;
  record.kind = vonage::to_word(kind);
  record.format = "form";
  record.remote = form.substr(0, form.size() / 2);
  record.signature = "none";
  record.message = message;
  record.raw = form;
  record.has_raw = decoded.lossy;
  record.key = vonage::identity(kind, decoded.parameters);
  return log::to_record(record);
}

// Of each line that has parameters; no two were received at the same time.
Records records_of(std::string_view forms) {
  Records records;
  Time received = log::FakeClock().time;
  for (const std::string_view form : split(forms, '\n')) {
    if (form.find_first_not_of('&') == form.npos) continue;
    records.push_back(record_of(form, received += std::chrono::microseconds(1)));
  }
  return records;
}

Lines written(const Records& records) {
  Lines lines(records.size());
  log::CrcDigits digits;
  for (std::size_t i = 0; i < lines.size(); ++i)
    digits = log::append_line(lines[i], digits, records[i].body);
  return lines;
}

std::string joined(const Lines& lines) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return bytes;
}

void check_reads_back(const Lines& lines, const Records& records) {
  const LogFileContent content = read_naively(joined(lines));
  require(content.lines.size() == records.size() && content.rest.empty(), "a record is a line");
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Line& line = content.lines[i];
    require(line.sound, "what was written is sound");
    require(line.body == records[i].body, "a body reads back equal");
    require(log::message_key(line.body) == records[i].key, "a key reads back equal");
    require(log::received_of(line.body) == records[i].received, "a time reads back equal");
    require(log::is_whole_record(line.text), "a record is whole");
    require(bool(vonage::parse_json_object(line.text)), "a record is JSON");
  }
}

// What a single mishap does to a file.
struct Change {
  explicit Change(std::string_view text)
      : what(text[0]), one(number_at(text, 1)), other(number_at(text, 3)) {}

  static std::size_t number_at(std::string_view text, std::size_t at) {
    return std::size_t(std::uint8_t(text[at])) | std::size_t(std::uint8_t(text[at + 1])) << 8;
  }

  char what;
  std::size_t one, other;
};

std::string with_another_byte(std::string bytes, const Change& change) {
  char& byte = bytes[change.one % bytes.size()];
  byte = char(std::uint8_t(byte) + 1 + change.other % 255);
  return bytes;
}

std::string changed(Lines lines, const Change& change) {
  const std::size_t one = change.one % lines.size(), other = change.other % lines.size();
  switch (change.what) {
    case 'b':
      return with_another_byte(joined(lines), change);
    case 'c':
      return joined(lines).substr(0, change.one % joined(lines).size());
    case 'd':
      lines.erase(lines.begin() + std::ptrdiff_t(one));
      break;
    case 'r':
      lines.insert(lines.begin() + std::ptrdiff_t(other), lines[one]);
      break;
    case 's':
      std::swap(lines[one], lines[other]);
      break;
    default:
      break;
  }
  return joined(lines);
}

// How many of the messages a repair may have to give up: those of the place itself, and one that
// nothing proves any more.
std::size_t most_lost(const Change& change, std::size_t lines, std::size_t whole_lines) {
  if (change.what == 'b' || change.what == 'd') return 2;
  if (change.what == 'c') return lines - whole_lines;
  return 0;
}

void check_change(const Lines& lines, const Records& records, const Change& change) {
  const std::string before = joined(lines), after = changed(lines, change);
  log::FakeDisk disk = disk_with_log(after);
  const auto repaired = tools::repair(disk, log_pattern(), kLogPath, log::FakeClock().time, {});
  require(bool(repaired), "a file can be repaired");
  const bool only_shorter = before.starts_with(after) && (after.empty() || after.back() == '\n');
  require(repaired->diagnosis.findings.empty() == only_shorter,
          "a change is noticed, save lines missing at the end");

  const LogFileContent content = read_naively(disk.bytes(kLogPath));
  std::set<std::string> found;
  for (const Line& line : content.lines) {
    const bool is_ours =
        std::any_of(records.begin(), records.end(),
                    [&](const log::Record& record) { return record.body == line.body; });
    require(line.sound && is_ours, "a repair keeps only what was written");
    require(found.insert(line.body).second, "a repair keeps a message once");
  }
  const std::size_t whole = read_naively(after).lines.size();
  require(found.size() + most_lost(change, lines.size(), whole) >= lines.size(),
          "a repair keeps what is proven");
}

}  // namespace

void check_written_log(std::string_view text) {
  constexpr std::size_t kChange = 5;
  if (text.size() < kChange) return;
  const Records records = records_of(text.substr(kChange));
  if (records.empty()) return;
  const Lines lines = written(records);
  check_reads_back(lines, records);
  check_change(lines, records, Change(text));
}

}  // namespace inbound_sms::properties
