#include "log/synced_mark.h"

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "log/line.h"

namespace inbound_sms::log {

namespace {

constexpr std::size_t kLongest = 8192;  // bytes of a mark: a path is at most 4096

// Takes the text up to the next space off `rest`.
std::string_view next_word(std::string_view& rest) {
  const std::size_t space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
  return word;
}

bool read_number(std::string_view word, std::uint64_t& number) {
  const char* const end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, number);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::string to_text(const SyncedMark& mark) {
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, " %020llu %020llu ",
                static_cast<unsigned long long>(mark.id.inode),
                static_cast<unsigned long long>(mark.length));
  std::string text = mark.boot + numbers + mark.name;
  text += ' ' + chain_crc({}, text) + '\n';
  return text;
}

std::optional<SyncedMark> mark_from_text(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  text = text.substr(0, end);
  const std::size_t crc = text.rfind(' ');
  if (crc == std::string_view::npos || text.substr(crc + 1) != chain_crc({}, text.substr(0, crc)))
    return std::nullopt;
  std::string_view rest = text.substr(0, crc);
  SyncedMark mark;
  mark.boot = next_word(rest);
  if (!read_number(next_word(rest), mark.id.inode)) return std::nullopt;
  if (!read_number(next_word(rest), mark.length)) return std::nullopt;
  mark.name = rest;  // may hold spaces
  return mark;
}

std::string synced_mark_path(const std::string& folder) {
  return (folder == "/" ? "" : folder) + "/.synced";
}

Result<std::optional<SyncedMark>> read_mark(Disk& disk, const std::string& folder) {
  const Result<std::unique_ptr<File>> file = disk.open(synced_mark_path(folder), Disk::Open::read);
  if (!file && file.error().number == ENOENT) return std::optional<SyncedMark>();
  if (!file) return file.error();
  const Result<std::string> text = (*file)->read_at(0, kLongest);
  if (!text) return text.error();
  return mark_from_text(*text);
}

Status write_mark(Disk& disk, const std::string& folder, const SyncedMark& mark) {
  const Result<std::unique_ptr<File>> file =
      disk.open(synced_mark_path(folder), Disk::Open::create);
  if (!file) return file.error();
  return (*file)->write_at(0, to_text(mark));
}

}  // namespace inbound_sms::log
