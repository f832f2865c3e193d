#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "log/record.h"

namespace inbound_sms::log {

// What became of one record.
enum class Outcome : std::uint8_t {
  stored,     // on stable storage, by this commit
  duplicate,  // its original is on stable storage already
  failed,     // nothing that counts was kept
};

// A store is this one function: one outcome for each record, in their order. An empty batch asks
// it to make ready for the first one.
using Store = std::function<std::vector<Outcome>(std::span<const Record>)>;

struct CommitterLimits {
  std::size_t records = 4096;
  std::size_t bytes = 16 * 1024 * 1024;
};

// Group commit for any store: records that arrive while a commit runs form the next batch. One
// thread, owned by the committer, commits; it is the only one that calls the store.
class Committer {
 public:
  struct Done {
    std::uint64_t ticket;
    Outcome outcome;
  };

  // Throws std::system_error when no thread or eventfd can be had.
  explicit Committer(Store store, CommitterLimits limits = {});
  // Commits what still waits, then ends the thread. Blocks as long as the store does.
  ~Committer();

  // Takes the record, or false when as many wait as may. Any thread.
  bool submit(std::uint64_t ticket, Record record);

  // Readable while take() has something to give. Owned by the committer.
  int descriptor() const { return wake_.get(); }

  // The outcomes since the last call. Any thread.
  std::vector<Done> take();

  // True while a record has no outcome yet. Any thread.
  bool busy() const;

 private:
  void run();

  const Store store_;
  const CommitterLimits limits_;
  const Descriptor wake_;  // eventfd

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Record> records_;         // what waits, in the order of arrival
  std::vector<std::uint64_t> tickets_;  // theirs
  std::vector<Done> done_;
  std::size_t open_records_ = 0;  // without an outcome: waiting or in the commit under way
  std::size_t open_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace inbound_sms::log
