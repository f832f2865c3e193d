#include "support/fixtures.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "nginx/site.h"
#include "support/json.h"

using namespace inbound_sms::testing;

// Captured requests through nginx and the handler, each with a log of its own.

namespace {

HttpRequest request_of(const rapidjson::Document& fixture) {
  const std::string query = string_of(fixture, "query");
  const std::string type = string_of(fixture, "content_type");
  const std::string body = string_of(fixture, "body");
  HttpRequest request;
  request.method = string_of(fixture, "method");
  request.url = "/webhooks/inbound-sms" + (query.empty() ? "" : "?" + query);
  if (!type.empty()) request.headers.push_back("Content-Type: " + type);
  if (request.method == "POST" || !body.empty()) request.body = body;
  return request;
}

void run(const rapidjson::Document& fixture) {
  Site site;
  const HttpAnswer answer = site.send(request_of(fixture));
  BOOST_TEST("number " + std::to_string(answer.status) == string_of(fixture, "expect_answer"));

  const auto log = site.handler().log();
  if (fixture["expect_kind"].IsNull()) {
    BOOST_TEST(log.empty());
    return;
  }
  BOOST_REQUIRE_EQUAL(log.size(), 1);
  BOOST_TEST(string_of(log[0], "kind") == string_of(fixture, "expect_kind"));
  BOOST_TEST((log[0]["message"] == fixture["expect_params"]),
             shown(log[0]["message"]) << " is not " << shown(fixture["expect_params"]));
}

const std::size_t kCases = add_fixture_cases(run);

}  // namespace

BOOST_AUTO_TEST_CASE(the_folder_of_fixtures_holds_requests,
                     *boost::unit_test::precondition(fixtures_are_given)) {
  BOOST_TEST(kCases > 0U);
}
