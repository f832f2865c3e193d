#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A file of a log as a reader sees it that trusts nothing and was written from doc/log-format.md
// alone, with zlib.
namespace inbound_sms::properties {

struct Line {
  std::string text;                   // without its newline
  std::optional<std::string> digits;  // where it ends as a line must
  std::string body;                   // of such a line
  bool sound = false;                 // it follows from the line before it
};

struct LogFileContent {
  std::vector<Line> lines;  // whole ones
  std::string rest;         // behind the last newline
};

LogFileContent read_naively(std::string_view bytes);

// The digits of a line with this body.
std::string crc_digits(std::string_view before, std::string_view body);

// `text` in which the crc of each line that says `xxxxxxxx` is the right one: what a fuzzer could
// not guess.
std::string with_right_crcs(std::string_view text);

}  // namespace inbound_sms::properties
