#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/quiet_report.h"
#include "base/report.h"
#include "log/committer.h"
#include "receiver.h"
#include "secrets.h"
#include "web/application.h"

namespace inbound_sms {

// What stands behind every gateway: lets the receiver judge a request, brings the record to its
// committer, and turns the outcome into the answer. All calls from the gateway's thread; the
// commits run in threads of their own.
class Reception final : public web::Application {
 public:
  struct Answer {
    web::Ticket ticket;
    web::Response response;
  };

  // `messages` takes the log's records, `rejected` those of the rejected log. `clock` must
  // outlive it.
  Reception(ReceiverOptions options, SecretsSource secrets, log::Store messages,
            log::Store rejected, const Clock& clock, Report report);

  std::optional<web::Response> handle(web::Ticket ticket, web::Request request) override;
  web::Response late(web::Ticket ticket) override;

  // Readable while answers() has something to give. Owned by the reception.
  std::array<int, 2> descriptors() const;

  // The answers that have become known since the last call.
  std::vector<Answer> answers();

  // True while a commit runs or waits.
  bool busy() const { return messages_.busy() || rejected_.busy(); }

 private:
  // What is answered once the rejected log has said whether it kept the request.
  struct OpenRejection {
    web::Response kept;
    web::Response not_kept;
  };

  std::optional<web::Response> act(web::Ticket ticket, Immediate&& immediate);
  std::optional<web::Response> act(web::Ticket ticket, Accepted&& accepted);
  std::optional<web::Response> act(web::Ticket ticket, Rejection&& rejection);
  web::Response answer_to(log::Outcome outcome, const std::string& name);

  const ReceiverOptions options_;
  const SecretsSource secrets_;
  const Clock& clock_;
  const Report report_;
  QuietReport quiet_;                                           // for what may befall every request
  std::unordered_map<web::Ticket, std::string> open_messages_;  // by what name people know them
  std::unordered_map<web::Ticket, OpenRejection> open_rejections_;
  log::Committer messages_;
  log::Committer rejected_;
};

}  // namespace inbound_sms
