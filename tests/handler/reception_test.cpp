#include <poll.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "reception.h"

using namespace inbound_sms;
using log::Outcome;

// The way of a request from the gateway to its committer, and of the outcome back.

namespace {

constexpr int kHang = 60'000;  // milliseconds that only a fault takes

// A store that gives every record the same outcome, when it is allowed to.
class TestStore {
 public:
  log::Store store() {
    return [this](std::span<const log::Record> batch) {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return !held_; });
      return std::vector<Outcome>(batch.size(), outcome_);
    };
  }

  void give(Outcome outcome) {
    change([&] { outcome_ = outcome; });
  }
  void hold() {
    change([&] { held_ = true; });
  }
  void let_go() {
    change([&] { held_ = false; });
  }

 private:
  template <class Change>
  void change(Change change) {
    const std::lock_guard<std::mutex> guard(mutex_);
    change();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Outcome outcome_ = Outcome::stored;
  bool held_ = false;
};

struct NoonClock final : Clock {
  Time now() const override { return *from_iso("2026-11-24T12:00:00.000000Z"); }
};

struct World {
  TestStore messages, rejected;
  NoonClock clock;
  std::vector<std::string> reports;
  Reception reception{
      {}, no_secrets(), messages.store(), rejected.store(), clock, [this](std::string_view line) {
        reports.emplace_back(line);
      }};

  ~World() { messages.let_go(); }

  // The answers, as soon as there are some.
  std::vector<Reception::Answer> wait_for_answers() {
    const auto [first, second] = reception.descriptors();
    pollfd waiting[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
    BOOST_REQUIRE(::poll(waiting, 2, kHang) > 0);
    return reception.answers();
  }

  int answer_to(web::Ticket ticket, web::Request request) {
    if (const auto at_once = reception.handle(ticket, std::move(request))) return at_once->status;
    for (;;)
      for (const Reception::Answer& answer : wait_for_answers())
        if (answer.ticket == ticket) return answer.response.status;
  }

  std::size_t reports_of(const std::string& text) const {
    return std::size_t(std::count_if(reports.begin(), reports.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    }));
  }
};

web::Request message(const std::string& id) {
  web::Request request;
  request.method = "GET";
  request.query = "msisdn=447700900001&to=447700900000&text=hi&type=text&messageId=" + id;
  return request;
}

web::Request broken_json() {
  web::Request request;
  request.method = "POST";
  request.query = "";
  request.content_type = "application/json";
  request.body = "{";
  request.body_size = 1;
  return request;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reception, World)

BOOST_AUTO_TEST_CASE(a_stored_message_is_answered_204) {
  BOOST_TEST(answer_to(1, message("A")) == 204);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_repeat_is_answered_204_and_named) {
  messages.give(Outcome::duplicate);
  BOOST_TEST(answer_to(1, message("0C01")) == 204);
  BOOST_TEST(reports_of("inbound-sms 0C01") == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_that_could_not_be_stored_is_answered_503) {
  messages.give(Outcome::failed);
  BOOST_TEST(answer_to(1, message("A")) == 503);
}

BOOST_AUTO_TEST_CASE(what_needs_no_store_is_answered_at_once) {
  messages.hold();
  web::Request probe = message("A");
  probe.query = "";
  const auto answer = reception.handle(1, std::move(probe));
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->status == 204);
  BOOST_TEST(reports.size() == 1U);
}

// Anybody may send them: they must not fill the administrator's log.
BOOST_AUTO_TEST_CASE(a_flood_of_each_kind_of_request_that_is_not_taken_is_one_line) {
  for (web::Ticket ticket = 1; ticket < 100; ++ticket) {
    web::Request probe = message("A");
    probe.query = "";
    BOOST_TEST(reception.handle(ticket, std::move(probe))->status == 204);
    web::Request other = message("A");
    other.method = "DELETE";
    BOOST_TEST(reception.handle(ticket, std::move(other))->status == 405);
    BOOST_TEST(answer_to(ticket, broken_json()) == 400);
  }
  BOOST_TEST(reports.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_rejected_request_is_answered_400_once_it_is_kept) {
  messages.give(Outcome::failed);  // another log
  BOOST_TEST(answer_to(1, broken_json()) == 400);
  rejected.give(Outcome::duplicate);
  BOOST_TEST(answer_to(2, broken_json()) == 400);
}

BOOST_AUTO_TEST_CASE(a_rejected_request_that_cannot_be_kept_is_answered_503) {
  rejected.give(Outcome::failed);
  BOOST_TEST(answer_to(1, broken_json()) == 503);
}

BOOST_AUTO_TEST_CASE(each_answer_goes_to_the_request_that_brought_the_record) {
  messages.hold();
  for (const web::Ticket ticket : {7U, 8U, 9U})
    BOOST_TEST(!reception.handle(ticket, message(std::to_string(ticket))).has_value());
  messages.let_go();
  std::vector<web::Ticket> answered;
  while (answered.size() < 3)
    for (const Reception::Answer& answer : wait_for_answers()) answered.push_back(answer.ticket);
  BOOST_TEST(answered == (std::vector<web::Ticket>{7, 8, 9}), boost::test_tools::per_element());
  BOOST_TEST(!reception.busy());
}

BOOST_AUTO_TEST_CASE(too_many_waiting_are_answered_503_at_once_and_reported_once) {
  messages.hold();
  web::Ticket ticket = 1;
  while (!reception.handle(ticket, message(std::to_string(ticket)))) BOOST_REQUIRE(++ticket < 5000);
  BOOST_TEST(ticket == 4097U);
  BOOST_TEST(reception.handle(ticket + 1, message("more"))->status == 503);
  BOOST_TEST(reports_of("too many") == 1U);
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_503_and_reported_once) {
  messages.hold();
  for (const web::Ticket ticket : {1U, 2U}) {
    BOOST_TEST(!reception.handle(ticket, message(std::to_string(ticket))).has_value());
    BOOST_TEST(reception.late(ticket).status == 503);
  }
  BOOST_TEST(reports_of("too long") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
