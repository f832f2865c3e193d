#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "hostile/peer.h"
#include "support/message.h"
#include "support/text.h"

// Somebody else's client judges what the handler writes while bad peers are there.

using namespace inbound_sms::testing;

BOOST_DATA_TEST_CASE(cgi_fcgi_understands_the_answer, kBothSockets, listen) {
  const TemporaryFolder folder;
  Handler handler(folder, {}, listen);
  FastCgiClient bad(handler.address());
  bad.send(begin(1, true));
  const std::string& address = handler.address();
  const std::string where = address.substr(address.starts_with("unix:") ? 5 : 0);
  ChildProcess client({"cgi-fcgi", "-bind", "-connect", where},
                      {{"REQUEST_METHOD", "GET"}, {"QUERY_STRING", message("0C01")}},
                      folder.path() + "/answer");
  BOOST_TEST(client.wait() == 0);
  BOOST_TEST(client.output() == "Status: 204 No Content\r\n\r\n");
  BOOST_REQUIRE(handler.log().size() == 1);
  BOOST_TEST(is_message(handler.log()[0], "0C01"));
}
