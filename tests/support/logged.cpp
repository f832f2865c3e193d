#include "support/logged.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <tuple>
#include <utility>

#include "support/json.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

namespace {

constexpr std::string_view kMark = R"(,"crc":")";
constexpr std::string_view kExtension = ".jsonl";
constexpr std::size_t kEnd = 18;  // ,"crc":"xxxxxxxx"}

// zlib's CRC-32 over the digits of the line before and this line up to its crc, in hex.
std::string crc_of(std::string_view before, std::string_view line) {
  const std::string text = std::string(before) + std::string(line);
  const auto crc = ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), uInt(text.size()));
  std::array<char, 9> hex{};
  std::snprintf(hex.data(), hex.size(), "%08lx", crc);
  return hex.data();
}

// Oldest first: one that was renamed is older than the one that has its name now.
std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::tuple<std::string, bool, std::string>> sorted;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string path = entry.path();
    const std::size_t end = path.rfind(kExtension);
    if (end == path.npos || path.find(".torn-", end) != path.npos) continue;
    sorted.emplace_back(path.substr(0, end), path.ends_with(kExtension), path);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> files;
  for (auto& [base, has_own_name, path] : sorted) files.push_back(std::move(path));
  return files;
}

void read_lines(std::string_view text, std::vector<rapidjson::Document>& lines) {
  std::string digits;
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    BOOST_REQUIRE_MESSAGE(length != text.npos && length > kEnd, "torn line: " << text);
    const std::string_view line = text.substr(0, length);
    const std::string_view end = line.substr(length - kEnd);
    digits = crc_of(digits, line.substr(0, length - kEnd));
    BOOST_CHECK_EQUAL(end, std::string(kMark) + digits + "\"}");
    lines.push_back(parse_json(std::string(line)));
    text.remove_prefix(length + 1);
  }
}

}  // namespace

std::vector<rapidjson::Document> read_log(const std::string& folder) {
  std::vector<rapidjson::Document> lines;
  for (const std::string& file : files_of(folder)) read_lines(read_file(file), lines);
  return lines;
}

}  // namespace inbound_sms::testing
