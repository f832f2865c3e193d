#include "log/search.h"

#include <string.h>

#include <algorithm>
#include <future>
#include <memory>

#include "log/scan.h"

namespace inbound_sms::log {

namespace {

constexpr std::size_t kChunk = 128 * 1024;           // bytes read at once: they stay in the cache
constexpr std::uint64_t kWorthAThread = 512 * 1024;  // bytes whose search takes longer than one

using Offsets = std::vector<std::uint64_t>;

// Where `text` begins in the file, from `from` on and so that it ends at `to` at the latest.
Result<Offsets> find_text(const File& file, std::uint64_t from, std::uint64_t to,
                          std::string_view text) {
  Offsets found;
  const std::unique_ptr<char[]> buffer(new char[kChunk]);
  while (from + text.size() <= to) {
    const std::size_t wanted(std::min<std::uint64_t>(kChunk, to - from));
    const Result<std::size_t> got = file.read_into({buffer.get(), wanted}, from);
    if (!got) return got.error();
    const char *at = buffer.get(), *const end = at + *got;
    while (true) {
      at = static_cast<const char*>(::memmem(at, std::size_t(end - at), text.data(), text.size()));
      if (at == nullptr) break;
      found.push_back(from + std::uint64_t(at++ - buffer.get()));
    }
    if (*got < wanted) break;  // the file is shorter than it was said to be
    from += wanted - (text.size() - 1);
  }
  return found;
}

// The same over the whole file, where it pays by two threads; by one where no other is to be had.
Result<Offsets> find_everywhere(const File& file, std::uint64_t size, std::string_view text) {
  if (size < kWorthAThread) return find_text(file, 0, size, text);
  const std::uint64_t half = size / 2;
  auto second = std::async([&] { return find_text(file, half, size, text); });
  Result<Offsets> found = find_text(file, 0, half + text.size() - 1, text);
  const Result<Offsets> more = second.get();
  if (!found || !more) return found ? more : found;
  found->insert(found->end(), more->begin(), more->end());
  return found;
}

// The bytes of the line that ends at `end`, with what ends it. More and more of what stands before
// is read until the line begins.
Result<FoundLine> line_before(const File& file, std::uint64_t end) {
  for (std::uint64_t size = 4096;; size *= 4) {
    const std::uint64_t from = end > size ? end - size : 0;
    Result<std::string> bytes = file.read_at(from, std::size_t(end - from));
    if (!bytes) return bytes.error();
    const std::size_t newline = bytes->substr(0, bytes->size() - 1).rfind('\n');
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
    const std::uint64_t line_end = offset + end.size() + kCrcLength + 1;
    if (line_end > size) continue;  // it is not whole
    Result<FoundLine> line = line_before(file, line_end);
    if (!line) return line.error();
    // A message may hold the text of a line's end.
    if (!line->text.ends_with('\n')) continue;
    line->text.pop_back();
    lines.push_back(std::move(*line));
  }
  return lines;
}

}  // namespace inbound_sms::log
