#include "support/fixtures.h"

#include <rapidjson/document.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "receiver.h"
#include "support/json.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;

// Captured requests through the receiver alone.

namespace {

web::Request request_of(const rapidjson::Document& fixture) {
  web::Request request;
  request.method = string_of(fixture, "method");
  request.query = string_of(fixture, "query");
  request.request_uri = "/" + (request.query->empty() ? "" : "?" + *request.query);
  request.content_type = string_of(fixture, "content_type");
  request.body = string_of(fixture, "body");
  request.body_size = request.body.size();
  request.content_length = std::to_string(request.body.size());
  request.remote = "198.51.100.7";
  return request;
}

int answer_to(const Verdict& verdict) {
  if (const auto* immediate = std::get_if<Immediate>(&verdict)) return immediate->response.status;
  if (const auto* rejection = std::get_if<Rejection>(&verdict)) return rejection->kept.status;
  return answer_stored().status;
}

void check_record(const rapidjson::Document& fixture, const Accepted& accepted) {
  const rapidjson::Document line = parse_json(accepted.record.body + "}");
  BOOST_TEST(shown(line["kind"]) == shown(fixture["expect_kind"]));
  BOOST_TEST((line["message"] == fixture["expect_params"]),
             shown(line["message"]) << " is not " << shown(fixture["expect_params"]));
}

void run(const rapidjson::Document& fixture) {
  const Verdict verdict = receive(request_of(fixture), Time{}, {});
  const std::string answer = "number " + std::to_string(answer_to(verdict));
  BOOST_TEST(answer == string_of(fixture, "expect_answer"));
  const auto* accepted = std::get_if<Accepted>(&verdict);
  BOOST_TEST((accepted == nullptr) == fixture["expect_kind"].IsNull());
  if (accepted != nullptr) check_record(fixture, *accepted);
}

const std::size_t kCases = add_fixture_cases(run);

}  // namespace

BOOST_AUTO_TEST_CASE(the_folder_of_fixtures_has_requests,
                     *boost::unit_test::precondition(fixtures_are_given)) {
  BOOST_TEST(kCases > 0U);
}
