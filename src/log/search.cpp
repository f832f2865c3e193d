#include "log/search.h"

#include <algorithm>
#include <cstring>
#include <future>
#include <memory>

#include "log/scan.h"

namespace inbound_sms::log {

namespace {

constexpr std::size_t kChunk = 128 * 1024;           // bytes read at once: they stay in the cache
constexpr std::uint64_t kWorthAThread = 512 * 1024;  // bytes whose search takes longer than one

// From the crc's digits to the newline.
constexpr std::size_t kBehindText = kCrcLength - kBeforeCrc.size() + 1;

using Offsets = std::vector<std::uint64_t>;

// Adds where lines end that have `text` before their crc's digits: behind the newlines from `at`
// on. What stands before `at` is there to be compared.
void find_ends(std::string_view bytes, std::size_t at, std::string_view text, std::uint64_t offset,
               Offsets& found) {
  const std::size_t needed = text.size() + kBehindText;
  const char* const begin = bytes.data();
  while (const void* const newline = std::memchr(begin + at, '\n', bytes.size() - at)) {
    at = std::size_t(static_cast<const char*>(newline) - begin) + 1;
    if (at >= needed && std::memcmp(begin + at - needed, text.data(), text.size()) == 0)
      found.push_back(offset + at);
  }
}

// The same for all lines of a file that end behind `from` and not behind `to`.
Result<Offsets> find_between(const File& file, std::uint64_t from, std::uint64_t to,
                             std::string_view text) {
  Offsets found;
  const std::size_t overlap = text.size() + kBehindText;  // read once more, to be compared
  const std::unique_ptr<char[]> buffer(new char[kChunk]);
  while (from < to) {
    const std::size_t before(std::min<std::uint64_t>(overlap, from));
    const std::size_t wanted(std::min<std::uint64_t>(kChunk, to - from + before));
    const Result<std::size_t> got = file.read_into({buffer.get(), wanted}, from - before);
    if (!got) return got.error();
    if (*got > before) find_ends({buffer.get(), *got}, before, text, from - before, found);
    if (*got < wanted) break;  // the file is shorter than it was said to be
    from += wanted - before;
  }
  return found;
}

// The same over the whole file, where it pays by two threads; by one where no other is to be had.
Result<Offsets> find_everywhere(const File& file, std::uint64_t size, std::string_view text) {
  if (size < kWorthAThread) return find_between(file, 0, size, text);
  auto second = std::async([&] { return find_between(file, size / 2, size, text); });
  Result<Offsets> found = find_between(file, 0, size / 2, text);
  const Result<Offsets> more = second.get();
  if (!found || !more) return found ? more : found;
  found->insert(found->end(), more->begin(), more->end());
  return found;
}

// The line whose newline ends at `end`. More and more of what stands before is read until the
// line begins.
Result<FoundLine> line_before(const File& file, std::uint64_t end) {
  for (std::uint64_t size = 4096;; size *= 4) {
    const std::uint64_t from = end > size ? end - size : 0;
    Result<std::string> bytes = file.read_at(from, std::size_t(end - from));
    if (!bytes) return bytes.error();
    if (!bytes->empty()) bytes->pop_back();
    const std::size_t newline = bytes->rfind('\n');
    if (newline == std::string::npos && from > 0) continue;
    const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
    const Result<std::optional<CrcDigits>> before = digits_before(file, from + begin);
    if (!before) return before.error();
    return FoundLine{bytes->substr(begin), *before};
  }
}

}  // namespace

Result<std::vector<FoundLine>> find_lines(const File& file, std::uint64_t size,
                                          std::string_view end) {
  const std::string text = std::string(end) + std::string(kBeforeCrc);
  const Result<Offsets> offsets = find_everywhere(file, size, text);
  if (!offsets) return offsets.error();
  std::vector<FoundLine> lines;
  for (const std::uint64_t offset : *offsets) {
    Result<FoundLine> line = line_before(file, offset);
    if (!line) return line.error();
    lines.push_back(std::move(*line));
  }
  return lines;
}

}  // namespace inbound_sms::log
