#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/clock.h"
#include "base/report.h"
#include "confinement.h"
#include "log/disk.h"
#include "log/journal.h"
#include "process.h"
#include "reception.h"
#include "secrets.h"
#include "settings.h"
#include "web/cgi_server.h"
#include "web/fastcgi_server.h"
#include "web/listener.h"

namespace inbound_sms {
namespace {

constexpr char kUsage[] =
    "inbound-sms.fcgi receives inbound SMS from Vonage and is started by a web server, with\n"
    "  - a listening socket on descriptor 0 (FastCGI: mod_fcgid, lighttpd, spawn-fcgi, systemd), "
    "or\n"
    "  - one request in its environment and on descriptor 0 (CGI), or\n"
    "  - INBOUND_SMS_LISTEN=unix:/path or host:port in its environment (FastCGI on that socket).\n"
    "It takes no options; see README.md for its settings and for the web server's side.\n";

Descriptor open_listener(Start start, const Settings& settings) {
  if (start == Start::fastcgi_on_stdin) return take_stdin();
  Result<Descriptor> listener = web::listen_on(settings.listen, settings.listen_mode);
  if (!listener) throw CannotStart(listener.error().text, EX_IOERR);
  return std::move(*listener);
}

log::LogPattern pattern_of(const std::string& text) {
  Result<log::LogPattern> pattern = log::LogPattern::parse(text);
  if (!pattern) throw CannotStart(pattern.error().text, EX_CONFIG);
  return std::move(*pattern);
}

// Made ready at the start, or with the first record, so that a log which stays empty leaves no
// file.
enum class Open { at_once, when_needed };

log::Store open_journal(log::JournalOptions options, Open when) {
  const auto journal = std::make_shared<log::Journal>(std::move(options), log::posix_disk(),
                                                      system_clock(), report_to_stderr);
  return [journal, when](std::span<const log::Record> batch) {
    if (batch.empty() && when == Open::when_needed) return std::vector<log::Outcome>();
    return journal->commit(batch);
  };
}

// Repeats of a rejected request are not written again for this long.
constexpr auto kRejectedRemember = std::chrono::hours(1);

SecretsSource open_secrets(const Settings& settings) {
  if (!settings.signature_method) return no_secrets();
  Result<vonage::Secrets> first = read_secrets(settings.signature_secrets);
  if (!first) throw CannotStart(first.error().text, first.error().number);
  const auto file = std::make_shared<SecretsFile>(settings.signature_secrets, std::move(*first),
                                                  report_to_stderr);
  return [file]() -> const vonage::Secrets& { return file->current(); };
}

// Receives for a process that serves many requests, or one only.
std::unique_ptr<Reception> open_reception(const Settings& settings, log::Recall recall) {
  const bool many = recall == log::Recall::memory;
  const std::string if_denied = settings.sandbox ? kNewFolderHint : "";
  const ReceiverOptions options{.max_body = settings.max_body, .proof = proof_rules(settings)};
  return std::make_unique<Reception>(options, open_secrets(settings),
                                     open_journal({.pattern = pattern_of(settings.log),
                                                   .key_of = log::message_key,
                                                   .remember = time_to_remember(settings),
                                                   .recall = recall,
                                                   .if_denied = if_denied},
                                                  many ? Open::at_once : Open::when_needed),
                                     open_journal({.pattern = pattern_of(settings.rejected),
                                                   .key_of = log::rejected_key,
                                                   .remember = kRejectedRemember,
                                                   .recall = recall,
                                                   .max_bytes = settings.rejected_max,
                                                   .if_denied = if_denied},
                                                  Open::when_needed),
                                     system_clock(), report_to_stderr);
}

// Lets the reception's answers go back through the gateway.
template <class Gateway>
void connect(Reception& reception, Gateway& gateway) {
  const auto pass_on = [&] {
    for (const Reception::Answer& answer : reception.answers())
      gateway.answer(answer.ticket, answer.response);
  };
  for (const int fd : reception.descriptors()) gateway.watch(fd, pass_on);
}

// A commit that a stuck disk holds was answered 503 long ago; nobody waits for it.
int leave(const Reception& reception) {
  if (reception.busy()) std::_Exit(EX_OK);
  return EX_OK;
}

int serve_fastcgi(Start start, const Settings& settings) {
  const Descriptor signals = signals_as_descriptor();
  Descriptor listener = open_listener(start, settings);
  report_to_stderr(confine(settings));
  const auto reception = open_reception(settings, log::Recall::memory);
  web::FastCgiServer server(std::move(listener), *reception, {.max_body = settings.max_body},
                            report_to_stderr);
  connect(*reception, server);
  server.watch(signals.get(), [&] {
    signalfd_siginfo signal;
    while (::read(signals.get(), &signal, sizeof signal) > 0) server.stop();
  });
  report_to_stderr("ready; messages go to " + settings.log);
  server.run();
  report_to_stderr("stopped");
  return leave(*reception);
}

// What answers when a CGI process cannot do its work: the request waits at Vonage until an
// administrator has read why.
class Refusal final : public web::Application {
 public:
  explicit Refusal(Error why) : why_(std::move(why)) {}

  std::optional<web::Response> handle(web::Ticket ticket, web::Request) override {
    report_to_stderr(why_.text);
    return late(ticket);
  }
  web::Response late(web::Ticket) override {
    return web::unavailable("the handler cannot start; the web server's error log says why");
  }

 private:
  const Error why_;
};

int refuse_cgi(const Error& why) {
  Refusal refusal(why);
  web::CgiServer(refusal, {}, report_to_stderr).run();
  return why.number;
}

// Threads and descriptors are scarce on shared hosting. What of the sandbox is in force is not
// said: it would be with every request, and `inbound-sms check` says what the machine has.
Result<std::unique_ptr<Reception>> try_to_open_reception(const Settings& settings) {
  try {
    confine(settings);
    return open_reception(settings, log::Recall::search);
  } catch (const CannotStart& why) {
    return Error{why.exit_code, why.what()};
  } catch (const std::exception& why) {
    return Error{EX_IOERR, std::string("cannot start: ") + why.what()};
  }
}

int serve_cgi(const Settings& settings) {
  ignore_signals_to_the_group();
  const auto reception = try_to_open_reception(settings);
  if (!reception) return refuse_cgi(reception.error());
  web::CgiServer server(**reception, {.max_body = settings.max_body}, report_to_stderr);
  connect(**reception, server);
  server.run();
  return leave(**reception);
}

int start() {
  prepare_process();
  const Result<Settings> settings = read_settings();
  const Start how = how_started(settings && !settings->listen.empty());
  if (how == Start::cgi) return settings ? serve_cgi(*settings) : refuse_cgi(settings.error());
  if (!settings) throw CannotStart(settings.error().text, settings.error().number);
  if (how == Start::by_hand) {
    std::fputs(kUsage, stderr);
    return EX_USAGE;
  }
  return serve_fastcgi(how, *settings);
}

}  // namespace
}  // namespace inbound_sms

int main() {
  try {
    return inbound_sms::start();
  } catch (const inbound_sms::CannotStart& why) {
    inbound_sms::report_to_stderr(why.what());
    return why.exit_code;
  } catch (const std::exception& why) {
    inbound_sms::report_to_stderr(why.what());
    return EX_IOERR;
  }
}
