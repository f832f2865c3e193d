#include <poll.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <functional>
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
#include "support/temporary_folder.h"
#include "support/wait.h"
#include "tools/delivery.h"
#include "tools/inbound_request.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using log::Recall;
using tools::Delivery;
using tools::Event;
using tools::Form;
using tools::Moment;

// The handler's inside, from the request to a real log, under a clock that the test moves: what
// Vonage delivers again is acknowledged again, and is on the log once.

namespace {

// Read by the committer's thread, too.
class MovableClock final : public Clock {
 public:
  Time now() const override { return Time(Time::duration(now_.load())); }
  void set(Time time) { now_ = time.time_since_epoch().count(); }

 private:
  std::atomic<Time::rep> now_ = 0;
};

web::Request as_passed_on(const tools::InboundRequest& request) {
  web::Request passed;
  passed.method = request.method;
  const std::size_t mark = request.url.find('?');
  passed.query = mark == request.url.npos ? "" : request.url.substr(mark + 1);
  passed.content_type = request.content_type;
  passed.body = request.body;
  passed.body_size = request.body.size();
  return passed;
}

class World {
 public:
  World(Recall recall, Time begin) : recall_(recall) {
    clock.set(begin);
    restart();
  }

  void restart() {
    reception_.reset();
    const auto no_report = [](std::string_view) {};
    const auto journal = std::make_shared<log::Journal>(
        log::JournalOptions{.pattern = *log::LogPattern::parse(log_folder() + "/%Y-%m-%d.jsonl"),
                            .remember = time_to_remember({}),
                            .recall = recall_},
        log::posix_disk(), clock, no_report);
    const auto commit = [journal](std::span<const log::Record> batch) {
      return journal->commit(batch);
    };
    const auto none = [](std::span<const log::Record> batch) {
      return std::vector<log::Outcome>(batch.size(), log::Outcome::failed);
    };
    reception_.emplace(ReceiverOptions{}, no_secrets(), commit, none, clock, no_report);
  }

  // The status that is answered.
  int deliver(const Event& event, Form form) {
    const auto request = tools::to_request(event, form, "http://localhost/", clock.now());
    if (const auto at_once = reception_->handle(1, as_passed_on(request))) return at_once->status;
    pollfd outcome{reception_->descriptors()[0], POLLIN, 0};
    BOOST_REQUIRE(::poll(&outcome, 1, int(std::chrono::milliseconds(kHang).count())) == 1);
    return reception_->answers().at(0).response.status;
  }

  // How often each message is on the log.
  std::map<std::string, int> logged() const {
    std::map<std::string, int> times;
    for (const auto& line : read_log(log_folder()))
      ++times[string_of(line["message"], "messageId")];
    return times;
  }

  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(log_folder()))
      count += entry.path().extension() == ".jsonl";
    return count;
  }

  MovableClock clock;

 private:
  std::string log_folder() const { return folder_.path() + "/log"; }

  TemporaryFolder folder_;
  Recall recall_;
  std::optional<Reception> reception_;
};

Event new_message(std::size_t number) {
  return tools::sms_events({.id = "0C" + std::to_string(100 + number)}).front();
}

// Both ways to remember, in a process that goes on and in one that was started anew in between.
void in_each_world(Time begin, const std::function<void(World&, bool restart)>& test) {
  for (const Recall recall : {Recall::memory, Recall::search})
    for (const bool restart : {false, true}) {
      World world(recall, begin);
      test(world, restart);
    }
}

// At each of these times of a clock that jumps: a new message, and all former ones again.
void stores_once(const std::vector<Time>& times, std::size_t files) {
  in_each_world(times.front(), [&](World& world, bool restart) {
    std::map<std::string, int> once;
    std::vector<Event> events;
    for (const Time time : times) {
      world.clock.set(time);
      if (restart) world.restart();
      events.push_back(new_message(events.size()));
      once[events.back().id] = 1;
      for (const Event& event : events) BOOST_TEST(world.deliver(event, Form::post) == 204);
      BOOST_TEST((world.logged() == once), to_iso(time));
    }
    BOOST_TEST(world.files() == files);
  });
}

Time day(int hour, int minute = 0, int second = 0) {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// Every answer was lost: when the last attempt that this schedule knows is made.
Moment last_attempt(const Event& event, const tools::RetrySchedule& schedule) {
  Delivery delivery(event, schedule);
  while (const auto due = delivery.due())
    delivery.attempted({*due, *due + tools::HttpLimits().answer, {0, "timed out"}});
  return delivery.attempts().back().begun;
}

void last_repeat_is_recognised(const Event& event, const tools::RetrySchedule& schedule) {
  const Moment last = last_attempt(event, schedule);
  BOOST_TEST((last > schedule.end - schedule.longest - 15s));
  in_each_world(day(12), [&](World& world, bool restart) {
    BOOST_TEST(world.deliver(event, Form::post_json) == 204);
    world.clock.set(day(12) + last);
    if (restart) world.restart();
    BOOST_TEST(world.deliver(event, Form::post_json) == 204);
    BOOST_TEST((world.logged() == std::map<std::string, int>{{event.id, 1}}));
  });
}

Event receipt() {
  return tools::receipt_event({.id = "0C01"}, day(11));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repeats)

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_an_hour_ahead_and_back_stores_nothing_twice) {
  stores_once({day(12), day(13), day(12, 0, 1), day(11, 0, 1), day(12, 0, 2)}, 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_an_hour_over_midnight_and_back_stores_nothing_twice) {
  stores_once({day(23, 30), day(24, 30), day(23, 30, 1), day(24, 30, 1), day(23, 59, 59), day(24)},
              2);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_over_midnight_first_stores_nothing_twice) {
  stores_once({day(24, 30), day(23, 30), day(24, 30, 1), day(48)}, 2);
}

BOOST_AUTO_TEST_CASE(the_last_repeat_of_an_sms_by_the_older_schedule_is_recognised) {
  last_repeat_is_recognised(new_message(1), tools::every_minute(vonage::Kind::inbound_sms));
}

BOOST_AUTO_TEST_CASE(the_last_repeat_of_a_receipt_by_the_older_schedule_is_recognised) {
  last_repeat_is_recognised(receipt(), tools::every_minute(vonage::Kind::delivery_receipt));
}

BOOST_AUTO_TEST_CASE(the_last_repeat_by_the_newer_schedule_is_recognised) {
  last_repeat_is_recognised(new_message(1), tools::doubling());
  last_repeat_is_recognised(receipt(), tools::doubling());
}

BOOST_AUTO_TEST_SUITE_END()
