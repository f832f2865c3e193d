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

using Lines = std::vector<FoundLine>;

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

// What is searched for, by each of the threads in its part of the file.
class Search {
 public:
  Search(const File& file, std::string_view end, const IsWanted& is_wanted)
      : file_(file), text_(end), is_wanted_(is_wanted) {
    text_ += kBeforeCrc;
  }

  // All lines that end behind `from` and not behind `to`.
  Result<Lines> between(std::uint64_t from, std::uint64_t to) const {
    Lines found;
    const std::size_t overlap = text_.size() + kBehindText;  // read once more, to be compared
    const std::unique_ptr<char[]> buffer(new char[kChunk]);
    while (from < to) {
      const std::size_t before(std::min<std::uint64_t>(overlap, from));
      const std::size_t wanted(std::min<std::uint64_t>(kChunk, to - from + before));
      const Result<std::size_t> got = file_.read_into({buffer.get(), wanted}, from - before);
      if (!got) return got.error();
      const Status looked = look_at({buffer.get(), *got}, before, from - before, found);
      if (!looked) return looked.error();
      if (*got < wanted) break;  // the file is shorter than it was said to be
      from += wanted - before;
    }
    return found;
  }

 private:
  // Looks at the newlines from `at` on; what stands before is there to be compared. `offset` is
  // that of the bytes in the file.
  Status look_at(std::string_view bytes, std::size_t at, std::uint64_t offset, Lines& found) const {
    const std::size_t needed = text_.size() + kBehindText;
    const char* const begin = bytes.data();
    while (at < bytes.size()) {
      const void* const newline = std::memchr(begin + at, '\n', bytes.size() - at);
      if (newline == nullptr) break;
      at = std::size_t(static_cast<const char*>(newline) - begin) + 1;
      if (at < needed || std::memcmp(begin + at - needed, text_.data(), text_.size()) != 0)
        continue;
      Result<FoundLine> line = line_before(file_, offset + at);
      if (!line) return line.error();
      // Where the line above lost some bytes of its crc, the text that was found is that one's.
      const bool holds_text = line->text.size() + 1 >= needed;
      if (holds_text && is_wanted_(*line)) found.push_back(std::move(*line));
    }
    return Done{};
  }

  const File& file_;
  std::string text_;
  const IsWanted& is_wanted_;
};

}  // namespace

Result<std::vector<FoundLine>> find_lines(const File& file, std::uint64_t size,
                                          std::string_view end, const IsWanted& is_wanted) {
  const Search search(file, end, is_wanted);
  if (size < kWorthAThread) return search.between(0, size);
  // Where no thread is to be had it runs when it is asked for its result.
  auto second = std::async([&] { return search.between(size / 2, size); });
  Result<Lines> found = search.between(0, size / 2);
  const Result<Lines> more = second.get();
  if (!found || !more) return found ? more : found;
  found->insert(found->end(), more->begin(), more->end());
  return found;
}

}  // namespace inbound_sms::log
