#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/committer.h"
#include "log/disk.h"
#include "log/log_pattern.h"
#include "log/record.h"
#include "receiver.h"
#include "tools/diagnosis.h"
#include "vonage/proof.h"

namespace inbound_sms::tools {

// How rejected requests are judged once more. A proof's age is judged by when its request came.
struct ReplayRules {
  ReceiverOptions receiver;
  vonage::Secrets secrets;
  // Take what proves nothing, too, as it would be where nobody has to. Else, where the options ask
  // for no proof, nothing is taken: who forgot the settings of the handler would put on the log
  // what the handler kept from it.
  bool without_proof = false;
};

enum class Fate : std::uint8_t {
  stored,    // on the log now
  known,     // it was on the log already
  rejected,  // by the receiver once more, or it cannot be read as a request
  failed,    // the log could not take it
};

// What became of one line.
struct Replayed {
  std::uint64_t line = 0;  // the first is 1
  Fate fate = Fate::failed;
  std::string text;  // which message it is, or why it was rejected: as it came, not for a terminal
};

// A file of the rejected log, and what is known of it.
struct RejectedFile {
  std::string name;  // for a person
  std::unique_ptr<log::File> file;
  Diagnosis diagnosis;
};

// What tells the records of a replay apart, for its store and on the log. A message's key; of one
// that has none its whole body: the receiver makes the same of the same rejected request, and
// `received` has microseconds. (The handler takes no message without a key for a repeat.)
std::optional<log::Key> replay_key(std::string_view body);

// Sends the lines that are proven to be sound through the receiver, and what it accepts to the
// store, in batches. `visit` is told of each line when that is done, in their order. An Error where
// the file cannot be read, or where the store failed: then the lines of that batch have, too.
Status replay(const RejectedFile& file, const ReplayRules& rules, const log::Store& store,
              const std::function<void(const Replayed&)>& visit);

// How far from `now` a line of the log may lie that is the same message as one of these files, by a
// handler that remembers for `remember`.
Result<std::chrono::microseconds> reach_of(const std::vector<RejectedFile>& files,
                                           std::chrono::microseconds remember, Time now);

// A store that writes nothing and takes no lock: its outcomes are those that a replay would have
// now. `reach` is how far from `now` it knows the log.
Result<log::Store> store_that_only_looks(log::Disk& disk, const log::LogPattern& log,
                                         std::chrono::microseconds reach, Time now);

}  // namespace inbound_sms::tools
