#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "log/record.h"
#include "vonage/proof.h"
#include "web/request.h"

namespace inbound_sms {

// What the receiver must know besides the request itself.
struct ReceiverOptions {
  std::size_t max_body = std::size_t{256} * 1024;  // bytes, for the words of a 413
  std::optional<vonage::ProofRules> proof = {};    // none: nobody has to prove who he is
};

// A message for the log. Its answer is given when the outcome of its commit is known.
struct Accepted {
  log::Record record;
  std::string name;  // how to name it to a person: kind and id, "inbound-sms 0C00000000000E11"
};

// A request that cannot be taken: its raw bytes go to the rejected log.
struct Rejection {
  std::string_view event;  // of which kind it is, one of a few literals
  log::Record record;
  web::Response kept;      // the answer once the record is kept
  web::Response not_kept;  // the answer when it could not be kept
  std::string report;      // the line for the administrator
};

// An answer at once.
struct Immediate {
  std::string_view event;  // of which kind it is, one of a few literals
  web::Response response;
  std::string report;  // the line for the administrator
};

using Verdict = std::variant<Immediate, Accepted, Rejection>;

// The story of one request, from what the web server passed to what is done with it
// (the table "What is answered" of the README). `secrets` are those of the moment, where the
// options ask for a proof. A pure function: no I/O, no clock; the same input gives the same
// output. Any thread may call it.
Verdict receive(const web::Request& request, Time received, const ReceiverOptions& options,
                const vonage::Secrets& secrets = {});

// Answers that depend on the store rather than on the request.
web::Response answer_stored();       // 204: stored now or before
web::Response answer_unavailable();  // 503: the store cannot take it now
web::Response answer_busy();         // 503: too many wait already
web::Response answer_late();         // 503: no outcome in time

}  // namespace inbound_sms
