#include "web/request.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

using namespace inbound_sms::web;

namespace {

Request from(const std::map<std::string, std::string>& variables) {
  return request_from([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(meta_variables)

BOOST_AUTO_TEST_CASE(what_is_passed_is_in_the_request_as_it_is) {
  const Request request = from({{"REQUEST_METHOD", "POST"},
                                {"QUERY_STRING", "a=%20"},
                                {"REQUEST_URI", "/x?a=%20"},
                                {"CONTENT_TYPE", "application/json"},
                                {"CONTENT_LENGTH", "12"},
                                {"HTTP_AUTHORIZATION", "Bearer x"},
                                {"REMOTE_ADDR", "198.51.100.7"}});
  BOOST_TEST((request.method == "POST"));
  BOOST_TEST((request.query == "a=%20"));
  BOOST_TEST(request.request_uri == "/x?a=%20");
  BOOST_TEST(request.content_type == "application/json");
  BOOST_TEST((request.content_length == "12"));
  BOOST_TEST((request.authorization == "Bearer x"));
  BOOST_TEST(request.remote == "198.51.100.7");
}

BOOST_AUTO_TEST_CASE(what_is_not_passed_is_told_apart_from_what_is_empty) {
  const Request nothing = from({});
  BOOST_TEST((!nothing.method && !nothing.query && !nothing.content_length));
  BOOST_TEST(!nothing.authorization);
  const Request empty = from({{"REQUEST_METHOD", ""}, {"QUERY_STRING", ""}});
  BOOST_TEST((empty.method == "" && empty.query == ""));
}

BOOST_AUTO_TEST_CASE(the_authorization_may_have_the_name_that_apache_gives_it_after_a_redirect) {
  BOOST_TEST((from({{"REDIRECT_HTTP_AUTHORIZATION", "Bearer x"}}).authorization == "Bearer x"));
}

BOOST_AUTO_TEST_CASE(only_a_number_announces_a_length) {
  const auto announced = [](const std::string& text) {
    return announced_length(from({{"CONTENT_LENGTH", text}}));
  };
  BOOST_TEST((*announced("0") == 0U && *announced("00012") == 12U));
  BOOST_TEST((*announced("18446744073709551615") == 18446744073709551615U));
  for (const char* text : {"+1", " 1", "1 ", "1x", "0x1", "-2", "18446744073709551616"})
    BOOST_TEST(!announced(text), text);
  for (const char* text : {"", "-1"}) BOOST_TEST(!announced(text)->has_value(), text);
  BOOST_TEST(!announced_length(from({}))->has_value());
}

BOOST_AUTO_TEST_SUITE_END()

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
