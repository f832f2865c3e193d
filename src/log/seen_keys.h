#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "log/record.h"

namespace inbound_sms::log {

// The keys of past messages and when each came: 24 bytes an entry in one flat table, so that a
// million of them cost some 36 MB and a look-up touches one or two cache lines. Keys are halves
// of SHA-256 digests; a random seed keeps a sender who chooses them from filling one place.
// Not thread-safe.
class SeenKeys {
 public:
  SeenKeys();

  // The same key may be inserted again: what is remembered is every time at which it came, once:
  // lines that are read again cost nothing.
  // Entries older than `forget_before` may go, and do so before the table has to grow.
  void insert(const Key& key, Time received, Time forget_before);

  // True when the key came within `window` of `now`, before or after it.
  bool contains(const Key& key, Time now, std::chrono::microseconds window) const;

  std::size_t size() const { return size_; }

  // When the newest of the entries came that were forgotten; Time::min() where none was.
  Time newest_forgotten() const { return newest_forgotten_; }

 private:
  struct Entry {
    Key key;
    Time received = kEmpty;
    bool operator==(const Entry&) const = default;
  };
  static constexpr Time kEmpty = Time::min();

  std::size_t place_of(const Key& key) const;
  void place(const Entry& entry);
  void rebuild(Time forget_before);

  std::vector<Entry> table_;
  std::size_t size_ = 0;
  Time newest_forgotten_ = Time::min();
  std::uint64_t seed_;
};

}  // namespace inbound_sms::log
