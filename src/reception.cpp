#include "reception.h"

#include <utility>

namespace inbound_sms {

Reception::Reception(ReceiverOptions options, SecretsSource secrets, log::Store messages,
                     log::Store rejected, const Clock& clock, Report report)
    : options_(options),
      secrets_(std::move(secrets)),
      clock_(clock),
      report_(report),
      quiet_(std::move(report)),
      messages_(std::move(messages)),
      rejected_(std::move(rejected)) {}

std::optional<web::Response> Reception::handle(web::Ticket ticket, web::Request request) {
  Verdict verdict = receive(request, clock_.now(), options_, secrets_());
  return std::visit([&](auto&& what) { return act(ticket, std::forward<decltype(what)>(what)); },
                    std::move(verdict));
}

std::optional<web::Response> Reception::act(web::Ticket, Immediate&& immediate) {
  quiet_.say(immediate.event, std::move(immediate.report));
  return std::move(immediate.response);
}

std::optional<web::Response> Reception::act(web::Ticket ticket, Accepted&& accepted) {
  if (!messages_.submit(ticket, std::move(accepted.record))) {
    quiet_.say("busy", "too many messages wait for the log: requests get 503");
    return answer_busy();
  }
  open_messages_.emplace(ticket, std::move(accepted.name));
  return std::nullopt;
}

std::optional<web::Response> Reception::act(web::Ticket ticket, Rejection&& rejection) {
  quiet_.say(rejection.event, std::move(rejection.report));
  if (!rejected_.submit(ticket, std::move(rejection.record))) return rejection.not_kept;
  open_rejections_.emplace(ticket,
                           OpenRejection{std::move(rejection.kept), std::move(rejection.not_kept)});
  return std::nullopt;
}

web::Response Reception::late(web::Ticket) {
  quiet_.say("late", "the log takes too long: requests get 503");
  return answer_late();
}

std::array<int, 2> Reception::descriptors() const {
  return {messages_.descriptor(), rejected_.descriptor()};
}

std::vector<Reception::Answer> Reception::answers() {
  std::vector<Answer> answers;
  for (const log::Committer::Done& done : messages_.take()) {
    const auto open = open_messages_.extract(done.ticket);
    answers.push_back({done.ticket, answer_to(done.outcome, open.mapped())});
  }
  for (const log::Committer::Done& done : rejected_.take()) {
    auto open = open_rejections_.extract(done.ticket);
    const bool kept = done.outcome != log::Outcome::failed;
    answers.push_back(
        {done.ticket, kept ? std::move(open.mapped().kept) : std::move(open.mapped().not_kept)});
  }
  return answers;
}

web::Response Reception::answer_to(log::Outcome outcome, const std::string& name) {
  // Why the log failed was said by the log.
  if (outcome == log::Outcome::failed) return answer_unavailable();
  if (outcome == log::Outcome::duplicate) report_("a repeat, on the log already: " + name);
  return answer_stored();
}

}  // namespace inbound_sms
