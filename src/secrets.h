#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/report.h"
#include "base/result.h"
#include "vonage/proof.h"

namespace inbound_sms {

// The secrets of the moment; valid until it is asked again.
using SecretsSource = std::function<const vonage::Secrets&()>;

// For who asks for no proof.
SecretsSource no_secrets();

// Reads a file of secrets: one a line, taken as it stands. The Error names the file and what is
// wrong with it, nothing of what is in it. Its number is an exit code:
//   EX_NOPERM (77)  it is another user's, somebody but its owner may do something with it (0600 or
//                   stricter is asked), or we may not read it
//   EX_CONFIG (78)  it is not there, not a file, has no secret, an empty one, or one with a control
//                   character, a byte order mark before it or a blank at either end, which nobody
//                   would see
//   EX_IOERR (74)   it cannot be read
Result<vonage::Secrets> read_secrets(const std::string& path);

// The secrets that are valid now. The file is read again when it has changed, so that a new secret
// needs no restart. Where it cannot be taken then, that is said once, and what was read last stays
// valid: a file that is just being written must not turn messages away.
//
// For one thread.
class SecretsFile {
 public:
  // `first` is what read_secrets() gave.
  SecretsFile(std::string path, vonage::Secrets first, Report report);

  // Valid until the next call. One stat(2) while the file stays as it is.
  const vonage::Secrets& current();

 private:
  // Differs once the file's content or permissions have changed, or another has taken its name.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    Time changed;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::string& path);

  void read_again();

  const std::string path_;
  const Report report_;
  vonage::Secrets secrets_;
  Stamp seen_;             // when it was last read
  bool settled_ = false;   // a later change cannot have left the same stamp
  std::string complaint_;  // what was last said to be wrong; empty: nothing is
};

}  // namespace inbound_sms
