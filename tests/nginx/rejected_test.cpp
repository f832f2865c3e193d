#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "nginx/site.h"
#include "support/cgi_process.h"
#include "support/json.h"
#include "support/logged.h"
#include "support/text.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What a stranger can do with requests that cannot be decoded: not fill the disk, neither that of
// the log nor that of what is said on stderr.

namespace {

constexpr std::uintmax_t kMax = 20'000;  // bytes of the rejected log in these tests

std::string garbage(int number) {
  return "{\"text\":" + std::to_string(number) + ']';
}

HttpAnswer post_garbage(const Site& site, int number) {
  return site.post_json(garbage(number));
}

std::uintmax_t rejected_bytes(const TemporaryFolder& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() + "/log/rejected"))
    if (entry.path().filename() != ".synced") bytes += entry.file_size();
  return bytes;
}

std::size_t lines_with(const std::string& text, const std::string& words) {
  std::size_t count = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
    ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rejected_requests)

BOOST_AUTO_TEST_CASE(a_flood_is_kept_up_to_a_limit_and_then_answered_503) {
  Site site({.settings = {{"INBOUND_SMS_REJECTED_MAX", std::to_string(kMax)}}});
  constexpr int kFlood = 300;
  int kept = 0;
  for (int number = 0; number < kFlood; ++number) {
    const HttpAnswer answer = post_garbage(site, number);
    BOOST_TEST(answer.status == (number == kept ? answer.status : 503));
    BOOST_REQUIRE((answer.status == 400 || answer.status == 503));
    kept += answer.status == 400 ? 1 : 0;
  }
  BOOST_TEST(kept > 10);
  BOOST_TEST(kept < kFlood);
  BOOST_TEST(site.handler().rejected().size() == std::size_t(kept));
  BOOST_TEST(rejected_bytes(site.folder()) <= kMax);

  BOOST_TEST(site.post_form(message("0C01")).status == 204);
  BOOST_TEST(post_garbage(site, 0).status == 400, "what is kept already needs no room");
  BOOST_TEST(lines_with(site.handler().words(), "rejected: ") == 1U);
  BOOST_TEST(lines_with(site.handler().words(), "is full") == 1U);
}

BOOST_AUTO_TEST_CASE(the_same_bytes_are_kept_once_whoever_takes_them) {
  Site site;
  for (int repeat = 0; repeat < 5; ++repeat) BOOST_TEST(post_garbage(site, 1).status == 400);
  site.stop_handler();
  site.start_handler();
  BOOST_TEST(post_garbage(site, 1).status == 400);
  CgiProcess process(site.folder(),
                     {{"REQUEST_METHOD", "POST"}, {"CONTENT_TYPE", "application/json"}});
  process.send(garbage(1));
  process.finish_sending();
  BOOST_TEST(status_of(process.answer()) == 400);
  BOOST_TEST(process.process().wait() == 0);
  BOOST_TEST(site.handler().rejected().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_process_for_one_request_keeps_no_more_than_the_limit) {
  const TemporaryFolder folder;
  const Environment variables = {
      {"REQUEST_METHOD", "POST"},
      {"CONTENT_TYPE", "application/json"},
  };
  int kept = 0, refused = 0;
  for (int number = 0; number < 20; ++number) {
    CgiProcess process(folder, variables, {"env", "INBOUND_SMS_REJECTED_MAX=2000"});
    process.send(garbage(number));
    process.finish_sending();
    const int status = status_of(process.answer());
    kept += status == 400 ? 1 : 0;
    refused += status == 503 ? 1 : 0;
  }
  BOOST_TEST(kept > 3);
  BOOST_TEST(kept + refused == 20);
  BOOST_TEST(read_log(folder.path() + "/log/rejected").size() == std::size_t(kept));
  BOOST_TEST(rejected_bytes(folder) <= 2000U);
}

BOOST_AUTO_TEST_SUITE_END()
