#include "tools/follow_options.h"

#include <boost/test/unit_test.hpp>

using namespace inbound_sms;
using namespace inbound_sms::tools;

namespace {

FollowOptions accepted(const std::vector<std::string>& arguments) {
  const Result<FollowOptions> options = parse_follow_options(arguments);
  BOOST_REQUIRE_MESSAGE(options, (options ? "" : options.error().text));
  return *options;
}

std::string refused(const std::vector<std::string>& arguments) {
  const Result<FollowOptions> options = parse_follow_options(arguments);
  if (options) return "accepted";
  BOOST_TEST(options.error().number == 64);
  return options.error().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(follow_options)

BOOST_AUTO_TEST_CASE(without_options_the_last_ten_messages_come_first) {
  const FollowOptions options = accepted({});
  BOOST_TEST(!options.help);
  BOOST_TEST(!options.json);
  BOOST_TEST(options.last.value() == 10u);
  BOOST_TEST(!options.log.has_value());
}

BOOST_AUTO_TEST_CASE(every_option_is_taken) {
  BOOST_TEST(accepted({"--json"}).json);
  BOOST_TEST(accepted({"--help"}).help);
  BOOST_TEST(!accepted({"--all"}).last.has_value());
  BOOST_TEST(accepted({"--last", "0"}).last.value() == 0u);
  BOOST_TEST(accepted({"--last=25"}).last.value() == 25u);
  BOOST_TEST(accepted({"--log", "/srv/%Y.jsonl"}).log.value() == "/srv/%Y.jsonl");
}

BOOST_AUTO_TEST_CASE(a_wrong_count_is_named) {
  for (const std::string count : {"-1", "x", "1x", "", "99999999999999999999999"})
    BOOST_TEST(refused({"--last=" + count}) != "accepted", count);
  BOOST_TEST(refused({"--last", "many"}).starts_with("follow: --last wants a number, not 'many'"));
}

BOOST_AUTO_TEST_CASE(what_is_unknown_or_contradicts_itself_is_refused) {
  BOOST_TEST(refused({"--al"}) != "accepted");  // abbreviations would break with the next option
  BOOST_TEST(refused({"--colour"}).find("--colour") != std::string::npos);
  BOOST_TEST(refused({"now"}) != "accepted");
  BOOST_TEST(refused({"--log"}) != "accepted");
  BOOST_TEST(refused({"--json", "--json"}) != "accepted");
  BOOST_TEST(refused({"--all", "--last", "3"}).find("exclude each other") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_help_fits_a_screen_and_names_every_option) {
  const std::string help = follow_help();
  BOOST_TEST(std::count(help.begin(), help.end(), '\n') <= 24);
  for (const char* option : {"--json", "--all", "--last N", "--log PATTERN", "--help"})
    BOOST_TEST(help.find(option) != std::string::npos, option);
}

BOOST_AUTO_TEST_SUITE_END()
