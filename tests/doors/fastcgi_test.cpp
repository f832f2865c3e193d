#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/message.h"

using namespace inbound_sms::testing;

// What a FastCGI handler makes of names that decide how it is started, where they come from
// elsewhere.

namespace {

int status_of(const Handler& handler, const Params& params) {
  FastCgiClient client(handler.address());
  client.send(request(1, params, ""));
  return client.answer().status();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(fastcgi, TemporaryFolder)

BOOST_AUTO_TEST_CASE(parameters_of_a_request_are_no_settings) {
  const std::string evil = path() + "/evil";
  const Handler handler(*this);
  for (const char* id : {"0C01", "0C02"}) {
    Params params = get(message(id));
    params.insert(params.end(), {{"INBOUND_SMS_LOG", evil},
                                 {"INBOUND_SMS_CONFIG", evil},
                                 {"INBOUND_SMS_LISTEN", "unix:" + evil},
                                 {"INBOUND_SMS_UNKNOWN", "1"}});
    BOOST_TEST(status_of(handler, params) == 204);
  }
  BOOST_TEST(handler.log().size() == 2U);
  BOOST_TEST(!std::filesystem::exists(evil));
}

BOOST_AUTO_TEST_CASE(a_listening_socket_decides_whatever_cgi_left_in_the_environment) {
  const Handler handler(*this,
                        {{"GATEWAY_INTERFACE", "CGI/1.1"},
                         {"REQUEST_METHOD", "GET"},
                         {"QUERY_STRING", message("0C01")}},
                        Listen::inherited, {"spawn-fcgi", "-n", "-s", path() + "/socket", "--"});
  BOOST_TEST(status_of(handler, get(message("0C02"))) == 204);
  BOOST_REQUIRE_EQUAL(handler.log().size(), 1);
  BOOST_TEST(is_message(handler.log()[0], "0C02"));
}

BOOST_AUTO_TEST_SUITE_END()
