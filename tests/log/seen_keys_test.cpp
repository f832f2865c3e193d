#include "log/seen_keys.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "log/log_world.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

namespace {

const Time kNow = sys_days(2026y / 11 / 24);
const auto kWindow = microseconds(96h);
constexpr Time kForgetNothing = Time::min() + 1us;

}  // namespace

BOOST_AUTO_TEST_SUITE(seen_keys)

BOOST_AUTO_TEST_CASE(a_key_that_never_came_is_not_there) {
  SeenKeys keys;
  BOOST_TEST(!keys.contains(key_of(1), kNow, kWindow));
  keys.insert(key_of(1), kNow, kForgetNothing);
  BOOST_TEST(keys.contains(key_of(1), kNow, kWindow));
  BOOST_TEST(!keys.contains(key_of(2), kNow, kWindow));
}

BOOST_AUTO_TEST_CASE(a_key_is_there_at_both_edges_of_the_window_and_not_beyond) {
  SeenKeys keys;
  keys.insert(key_of(1), kNow, kForgetNothing);
  BOOST_TEST(keys.contains(key_of(1), kNow + kWindow, kWindow));
  BOOST_TEST(!keys.contains(key_of(1), kNow + kWindow + 1us, kWindow));
  BOOST_TEST(keys.contains(key_of(1), kNow - kWindow, kWindow));
  BOOST_TEST(!keys.contains(key_of(1), kNow - kWindow - 1us, kWindow));
}

BOOST_AUTO_TEST_CASE(every_time_at_which_a_key_came_counts) {
  SeenKeys keys;
  keys.insert(key_of(1), kNow, kForgetNothing);
  keys.insert(key_of(1), kNow - 500h, kForgetNothing);
  BOOST_TEST(keys.contains(key_of(1), kNow, kWindow));
  BOOST_TEST(keys.contains(key_of(1), kNow - 500h, kWindow));
  BOOST_TEST(!keys.contains(key_of(1), kNow - 250h, kWindow));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_read_again_and_again_takes_no_more_room) {
  SeenKeys keys;
  for (int i = 0; i < 1000; ++i) keys.insert(key_of(i % 10), kNow, kForgetNothing);
  BOOST_TEST(keys.size() == 10U);
}

BOOST_AUTO_TEST_CASE(many_keys_are_all_found_and_no_others) {
  SeenKeys keys;
  std::mt19937_64 random(1);
  std::vector<Key> inserted;
  for (int i = 0; i < 20000; ++i) {
    Key key;
    for (std::uint8_t& byte : key) byte = std::uint8_t(random());
    keys.insert(key, kNow, kForgetNothing);
    inserted.push_back(key);
  }
  BOOST_TEST(keys.size() == inserted.size());
  std::size_t found = 0, wrong = 0;
  for (Key key : inserted) {
    found += keys.contains(key, kNow, kWindow);
    key[7] ^= 1;
    wrong += keys.contains(key, kNow, kWindow);
  }
  BOOST_TEST(found == inserted.size());
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_exactly_as_old_as_the_window_stays_when_others_go) {
  SeenKeys keys;
  keys.insert(key_of(0), kNow - 1us, kForgetNothing);
  keys.insert(key_of(1), kNow, kForgetNothing);
  for (int i = 2; i < 1000; ++i) keys.insert(key_of(i), kNow + kWindow, kNow);
  BOOST_TEST(keys.contains(key_of(1), kNow + kWindow, kWindow));
  BOOST_TEST(keys.size() == 999U);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_the_window_goes_so_that_memory_is_bounded) {
  SeenKeys keys;
  std::size_t most = 0;
  for (int hour = 0; hour < 20000; ++hour) {
    const Time now = kNow + hours(hour);
    keys.insert(key_of(hour), now, now - kWindow);
    most = std::max(most, keys.size());
  }
  BOOST_TEST(most < 500U);
  const Time now = kNow + hours(19999);
  for (int hour = 19999 - 96; hour < 20000; ++hour)
    BOOST_TEST(keys.contains(key_of(hour), now, kWindow), hour);
}

BOOST_AUTO_TEST_SUITE_END()
