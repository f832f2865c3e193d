#include "web/request.h"

#include <boost/test/unit_test.hpp>

using inbound_sms::web::to_cgi;

BOOST_AUTO_TEST_SUITE(cgi_document)

BOOST_AUTO_TEST_CASE(a_204_has_a_status_and_nothing_else) {
  BOOST_TEST(to_cgi({204, ""}) == "Status: 204 No Content\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_text_goes_as_one_line_of_plain_text) {
  BOOST_TEST(to_cgi({400, "body: not JSON"}) ==
             "Status: 400 Bad Request\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n"
             "\r\n"
             "body: not JSON\n");
}

BOOST_AUTO_TEST_CASE(an_extra_header_stands_before_the_empty_line) {
  BOOST_TEST(to_cgi({503, "later", "Retry-After: 60"}) ==
             "Status: 503 Service Unavailable\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n"
             "Retry-After: 60\r\n"
             "\r\n"
             "later\n");
  BOOST_TEST(to_cgi({204, "", "Allow: GET"}) == "Status: 204 No Content\r\nAllow: GET\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(every_status_of_ours_has_its_reason) {
  for (const int status : {200, 204, 400, 405, 413, 500, 503}) {
    const std::string first = to_cgi({status, ""});
    BOOST_TEST(first.find("Unknown") == std::string::npos, first);
  }
}

BOOST_AUTO_TEST_SUITE_END()
