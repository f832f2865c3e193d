#include "log/log_world.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "log/scan.h"

namespace inbound_sms::log {

namespace {

constexpr std::string_view kId = "\"messageId\":\"";

LogPattern parsed(const std::string& pattern) {
  const Result<LogPattern> result = LogPattern::parse(pattern);
  if (!result) throw std::logic_error(result.error().text);
  return *result;
}

std::string to_text(Outcome outcome) {
  return outcome == Outcome::stored ? "stored"
                                    : (outcome == Outcome::duplicate ? "duplicate" : "failed");
}

void add_content(const std::string& path, std::string_view bytes, LogContent& content) {
  ChainCheck chain;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const std::size_t newline = bytes.find('\n');
    const bool whole = newline != std::string_view::npos;
    const std::string_view text = bytes.substr(0, newline);
    bytes.remove_prefix(whole ? newline + 1 : bytes.size());
    if (whole && chain.next(text)) {
      content.lines.emplace_back(text);
      content.messages.push_back(message_number(text));
    } else {
      content.faults.push_back(path + ", line " + std::to_string(line) + ": " + std::string(text));
    }
  }
}

}  // namespace

Key key_of(int number) {
  Key key{};
  key[0] = std::uint8_t(number);
  key[1] = std::uint8_t(number >> 8);
  key[14] = key[1];  // both ends differ: a search looks at the end
  key[15] = key[0];
  return key;
}

Record message(int number, Time received) {
  MessageRecord record;
  record.received = received;
  record.kind = "inbound-sms";
  record.format = "query";
  record.remote = "198.51.100.7";
  record.signature = "none";
  const std::string text = "{" + std::string(kId) + std::to_string(number) + "\"}";
  record.message = text;
  record.key = key_of(number);
  return to_record(record);
}

int message_number(std::string_view line) {
  const std::size_t id = line.find(kId);
  return id == std::string_view::npos ? -1 : std::stoi(std::string(line.substr(id + kId.size())));
}

LogContent content_of(const FakeDisk& disk, const LogPattern& pattern) {
  LogContent content;
  const Result<std::vector<LogFile>> files = pattern.list(disk.after_death());
  for (const LogFile& file : *files) add_content(file.path, disk.bytes(file.path), content);
  return content;
}

LogWorld::LogWorld(const std::string& pattern) : options{parsed(pattern)} {}

std::unique_ptr<Journal> LogWorld::start(Recall recall) {
  JournalOptions its_options = options;
  its_options.recall = recall;
  return std::make_unique<Journal>(std::move(its_options), disk, clock,
                                   [this](std::string_view line) { reports.emplace_back(line); });
}

std::string LogWorld::commit(Journal& journal, const std::vector<int>& numbers) {
  std::vector<Record> batch;
  for (const int number : numbers) batch.push_back(message(number, clock.time));
  std::string text;
  for (const Outcome outcome : journal.commit(batch))
    text += (text.empty() ? "" : " ") + to_text(outcome);
  return text;
}

std::vector<int> LogWorld::on_log() const {
  const LogContent content = content_of(disk, options.pattern);
  for (const std::string& fault : content.faults) BOOST_ERROR(fault);
  return content.messages;
}

std::string LogWorld::beside(const std::string& part) const {
  std::string found;
  for (const std::string& name : disk.names(options.pattern.folder()))
    if (name.find(part) != std::string::npos) {
      if (!found.empty()) return "";
      found = options.pattern.folder() + "/" + name;
    }
  return found;
}

bool LogWorld::was_reported(const std::string& text) const {
  return std::any_of(reports.begin(), reports.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace inbound_sms::log
