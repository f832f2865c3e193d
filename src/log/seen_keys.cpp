#include "log/seen_keys.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace inbound_sms::log {

namespace {

constexpr std::size_t kSmallest = 64;

// Grown by a third when three quarters are taken: between 32 and 43 bytes an entry.
bool is_full(std::size_t entries, std::size_t places) {
  return entries * 4 >= places * 3;
}

std::uint64_t random_seed() {
  std::random_device random;
  return std::uint64_t(random()) << 32 | random();
}

}  // namespace

SeenKeys::SeenKeys() : table_(kSmallest), seed_(random_seed()) {}

void SeenKeys::insert(const Key& key, Time received, Time forget_before) {
  if (is_full(size_ + 1, table_.size())) rebuild(forget_before);
  place({key, received});
}

bool SeenKeys::contains(const Key& key, Time now, std::chrono::microseconds window) const {
  for (std::size_t i = place_of(key); table_[i].received != kEmpty;
       i = i + 1 == table_.size() ? 0 : i + 1) {
    const Entry& entry = table_[i];
    if (entry.key != key) continue;
    const auto age = now - entry.received;
    if (age <= window && -age <= window) return true;
  }
  return false;
}

std::size_t SeenKeys::place_of(const Key& key) const {
  std::uint64_t bits;
  std::memcpy(&bits, key.data(), sizeof bits);
  bits = (bits ^ seed_) * 0x9e3779b97f4a7c15u;
  __extension__ using Wide = unsigned __int128;  // maps 64 bits evenly onto any number of places
  return std::size_t(Wide(bits) * table_.size() >> 64);
}

void SeenKeys::place(const Entry& entry) {
  std::size_t i = place_of(entry.key);
  for (; table_[i].received != kEmpty; i = i + 1 == table_.size() ? 0 : i + 1)
    if (table_[i] == entry) return;
  table_[i] = entry;
  ++size_;
}

void SeenKeys::rebuild(Time forget_before) {
  const auto stays = [&](const Entry& entry) {
    return entry.received != kEmpty && entry.received >= forget_before;
  };
  const auto staying = std::size_t(std::count_if(table_.begin(), table_.end(), stays));
  std::size_t places = kSmallest;
  while (is_full(staying + 1 + places / 10, places)) places += places / 3;
  std::vector<Entry> old(places);
  old.swap(table_);
  size_ = 0;
  for (const Entry& entry : old) {
    if (stays(entry))
      place(entry);
    else
      newest_forgotten_ = std::max(newest_forgotten_, entry.received);  // of an empty one: min()
  }
}

}  // namespace inbound_sms::log
