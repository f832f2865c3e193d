#pragma once

#include <poll.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/disk.h"
#include "log/journal.h"
#include "reception.h"
#include "settings.h"
#include "support/json.h"
#include "support/logged.h"
#include "support/passed_on.h"
#include "support/temporary_folder.h"
#include "support/wait.h"
#include "tools/inbound_request.h"

namespace inbound_sms::testing {

// Read by the committer's thread, too.
class MovableClock final : public Clock {
 public:
  Time now() const override { return Time(Time::duration(now_.load())); }
  void set(Time time) { now_ = time.time_since_epoch().count(); }

 private:
  std::atomic<Time::rep> now_ = 0;
};

// The handler's inside: the reception and a real log. The rejected log takes nothing.
class World {
 public:
  // By these settings, with a clock that stands at `begin`. The secrets file is not read.
  World(log::Recall recall, Time begin, const Settings& settings = {},
        const vonage::Secrets& secrets = {})
      : settings_(settings), secrets_(secrets), recall_(recall) {
    clock.set(begin);
    restart();
  }

  void restart() {
    reception_.reset();
    const auto no_report = [](std::string_view) {};
    const auto journal = std::make_shared<log::Journal>(
        log::JournalOptions{.pattern = *log::LogPattern::parse(log_folder() + "/%Y-%m-%d.jsonl"),
                            .remember = time_to_remember(settings_),
                            .recall = recall_},
        log::posix_disk(), clock, no_report);
    const auto commit = [journal](std::span<const log::Record> batch) {
      return journal->commit(batch);
    };
    const auto none = [](std::span<const log::Record> batch) {
      return std::vector<log::Outcome>(batch.size(), log::Outcome::failed);
    };
    reception_.emplace(
        ReceiverOptions{.proof = proof_rules(settings_)},
        [this]() -> const vonage::Secrets& { return secrets_; }, commit, none, clock, no_report);
  }

  // The status that is answered.
  int deliver(const tools::Event& event, tools::Form form) {
    return deliver(tools::to_request(event, form, "http://localhost/", clock.now()));
  }
  int deliver(const tools::InboundRequest& request) {
    if (const auto at_once = reception_->handle(1, as_passed_on(request))) return at_once->status;
    const auto [messages, rejected] = reception_->descriptors();
    pollfd outcomes[] = {{messages, POLLIN, 0}, {rejected, POLLIN, 0}};
    BOOST_REQUIRE(::poll(outcomes, 2, int(std::chrono::milliseconds(kHang).count())) == 1);
    return reception_->answers().at(0).response.status;
  }

  // How often each message is on the log.
  std::map<std::string, int> logged() const {
    std::map<std::string, int> times;
    for (const auto& line : read_log(log_folder()))
      ++times[string_of(line["message"], "messageId")];
    return times;
  }

  std::size_t lines() const { return read_log(log_folder()).size(); }

  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(log_folder()))
      count += entry.path().extension() == ".jsonl";
    return count;
  }

  MovableClock clock;

 private:
  std::string log_folder() const { return folder_.path() + "/log"; }

  const Settings settings_;
  const vonage::Secrets secrets_;
  TemporaryFolder folder_;
  log::Recall recall_;
  std::optional<Reception> reception_;
};

}  // namespace inbound_sms::testing
