#include <boost/test/unit_test.hpp>
#include <string>

#include "handler/world.h"
#include "support/secrets.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using log::Recall;
using tools::Form;

// A signed request that somebody has seen and sends again, at any time: it is the message that is
// stored already, or it is refused. There is no moment between the two.

namespace {

constexpr auto kRemember = 96h;
const Time kMade = *from_iso("2026-11-24T07:30:12.000000Z");  // a proof tells whole seconds

Settings settings() {
  Settings settings;
  settings.remember = kRemember;
  settings.signature_method = signed_by().method;
  settings.signature_secrets = "/not/read";
  return settings;
}

std::vector<tools::Event> events() {
  return {tools::sms_events({.id = "0C01"}).front(), tools::receipt_event({.id = "0C01"}, kMade),
          tools::message_event({.id = "0C01"}, kMade)};
}

tools::InboundRequest proven(const tools::Event& event, Time made = kMade) {
  return tools::to_request(event, Form::post, "http://localhost/", made, signed_by());
}

// What is answered to a first delivery at this time.
void check_answer(Time time, int status) {
  for (const tools::Event& event : events()) {
    World world(Recall::memory, time, settings(), {kSecret});
    BOOST_TEST(world.deliver(proven(event)) == status, to_iso(time));
    BOOST_TEST(world.lines() == (status == 204 ? 1U : 0U));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replays)

BOOST_AUTO_TEST_CASE(a_proof_is_taken_until_it_is_as_old_as_the_handler_remembers) {
  check_answer(kMade + kRemember, 204);
  check_answer(kMade + kRemember + 1us, 503);
}

BOOST_AUTO_TEST_CASE(a_proof_is_taken_up_to_five_minutes_before_it_was_made) {
  check_answer(kMade - 5min, 204);
  check_answer(kMade - 5min - 1us, 503);
}

// The first that is possible, and the last one: then the key has to be known still.
BOOST_AUTO_TEST_CASE(as_long_as_a_proof_is_taken_its_message_is_known) {
  for (const Recall recall : {Recall::memory, Recall::search})
    for (const bool restart : {false, true})
      for (const tools::Event& event : events()) {
        World world(recall, kMade - 5min, settings(), {kSecret});
        BOOST_TEST(world.deliver(proven(event)) == 204);
        world.clock.set(kMade + kRemember);
        if (restart) world.restart();
        BOOST_TEST(world.deliver(proven(event)) == 204);
        BOOST_TEST(world.lines() == 1U);
        world.clock.set(kMade + kRemember + 1us);
        BOOST_TEST(world.deliver(proven(event)) == 503);
        BOOST_TEST(world.lines() == 1U);
      }
}

// Vonage makes a new proof for each repeat, and repeats for 72 h at most.
BOOST_AUTO_TEST_CASE(the_last_repeat_is_known_as_long_as_its_own_proof_is_taken) {
  for (const Recall recall : {Recall::memory, Recall::search})
    for (const tools::Event& event : events()) {
      World world(recall, kMade, settings(), {kSecret});
      BOOST_TEST(world.deliver(proven(event)) == 204);
      const Time repeated = kMade + 72h;
      for (const auto later : {0h, 25h, 96h}) {
        world.clock.set(repeated + later);
        BOOST_TEST(world.deliver(proven(event, repeated)) == 204);
        BOOST_TEST(world.lines() == 1U);
      }
      world.clock.set(repeated + kRemember + 1us);
      BOOST_TEST(world.deliver(proven(event, repeated)) == 503);
    }
}

// A machine without a battery, before its clock is set.
BOOST_AUTO_TEST_CASE(a_clock_that_says_1970_refuses_all_and_loses_nothing) {
  for (const tools::Event& event : events()) {
    World world(Recall::memory, Time(10s), settings(), {kSecret});
    BOOST_TEST(world.deliver(proven(event)) == 503);
    BOOST_TEST(world.lines() == 0U);
    world.clock.set(kMade + 15min);
    BOOST_TEST(world.deliver(proven(event, kMade + 15min)) == 204);
    BOOST_TEST(world.deliver(proven(event)) == 204);
    BOOST_TEST(world.lines() == 1U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
