#include <boost/test/unit_test.hpp>
#include <string>

#include "nginx/site.h"
#include "support/json.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;

// What is answered to requests that are no message, and what is kept of them.

BOOST_AUTO_TEST_CASE(the_check_of_the_url_is_answered_and_not_logged) {
  Site site;
  BOOST_TEST(site.send({}).status == 204);
  BOOST_TEST(site.post_form("").status == 204);
  BOOST_TEST(site.post_json("{}").status == 204);
  BOOST_TEST(site.send({.method = "HEAD"}).status == 204);
  BOOST_TEST(
      site.send({.method = "HEAD", .url = "/webhooks/inbound-sms?" + message("0C01")}).status ==
      204);
  BOOST_TEST(site.handler().log().empty());
  BOOST_TEST(contains(site.handler().words(), "HEAD"));
}

BOOST_AUTO_TEST_CASE(other_methods_are_refused_with_the_ones_that_are_allowed) {
  Site site;
  for (const char* method : {"PUT", "DELETE", "OPTIONS"}) {
    const HttpAnswer answer = site.send({.method = method});
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.headers.at("allow") == "GET, HEAD, POST");
  }
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_of_nginx_gets_413_in_plain_text) {
  Site site;
  const HttpAnswer answer = site.post_form("text=" + std::string(256 * 1024, 'x'));
  BOOST_TEST(answer.status == 413);
  BOOST_TEST(answer.headers.at("content-type") == "text/plain");
  BOOST_TEST(answer.body == "the body is longer than client_max_body_size allows\n");
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(a_body_of_just_the_limit_is_taken) {
  Site site;
  BOOST_TEST(site.post_form("text=" + std::string(256 * 1024 - 5, 'x')).status == 204);
  BOOST_TEST(site.handler().log().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_of_the_handler_gets_413) {
  Site site({.upstream_extra = "keepalive 4;", .settings = {{"INBOUND_SMS_MAX_BODY", "1KiB"}}});
  const HttpAnswer answer = site.post_form("text=" + std::string(200'000, 'x'));
  BOOST_TEST(answer.status == 413);
  BOOST_TEST(contains(answer.body, "1 KiB"), answer.body);
  BOOST_TEST(site.post_form(message("0C01")).status == 204);
  BOOST_TEST(site.handler().log().size() == 1);
}

BOOST_AUTO_TEST_CASE(broken_json_gets_400_and_is_kept_raw_with_its_authorization) {
  Site site;
  const HttpAnswer answer =
      site.send({.method = "POST",
                 .headers = {"Content-Type: application/json", "Authorization: Bearer abc.def"},
                 .body = R"({"msisdn":)"});
  BOOST_TEST(answer.status == 400);
  BOOST_TEST(contains(answer.body, "JSON"), answer.body);
  BOOST_TEST(site.handler().log().empty());

  const auto rejected = site.handler().rejected();
  BOOST_REQUIRE_EQUAL(rejected.size(), 1);
  BOOST_TEST(string_of(rejected[0], "authorization") == "Bearer abc.def");
  BOOST_TEST(string_of(rejected[0], "content_type") == "application/json");
  BOOST_TEST(string_of(rejected[0], "body") == "eyJtc2lzZG4iOg==");
}

// Without the query every message would look like a check of the URL, and be lost with a 204.
BOOST_AUTO_TEST_CASE(a_web_server_that_does_not_pass_the_query_is_noticed) {
  Site site({.in_server = R"(
      location = /no-query {
        fastcgi_pass inbound_sms;
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $request_uri;
      }
      location = /no-method {
        fastcgi_pass inbound_sms;
        fastcgi_param QUERY_STRING $query_string;
      })"});
  BOOST_TEST(site.send({.url = "/no-query?" + message("0C01")}).status == 500);
  BOOST_TEST(contains(site.handler().words(), "fastcgi_param QUERY_STRING"));
  BOOST_TEST(site.send({.url = "/no-method?" + message("0C03")}).status == 500);
  BOOST_TEST(contains(site.handler().words(), "fastcgi_param REQUEST_METHOD"));
  BOOST_TEST(site.handler().log().empty());
}

BOOST_AUTO_TEST_CASE(a_query_that_is_lost_on_its_way_is_noticed) {
  Site site({.edit = [](std::string text) {
    const std::string variable = "$query_string";
    return text.replace(text.find(variable), variable.size(), "\"\"");
  }});
  BOOST_TEST(site.get(message("0C01")).status == 500);
  BOOST_TEST(contains(site.handler().words(), "REQUEST_URI has a query"));
  BOOST_TEST(site.post_form(message("0C02")).status == 204);
}

BOOST_AUTO_TEST_CASE(no_text_reaches_the_access_log) {
  const Site site({.in_server = R"(
      location = /formatted {
        access_log FOLDER/access.log inbound_sms;
        return 204;
      })"});
  BOOST_TEST(site.get("text=secret&messageId=0C01").status == 204);
  BOOST_TEST(site.send({.url = "/formatted?text=secret"}).status == 204);
  BOOST_TEST(site.send({.url = "/elsewhere?text=open"}).status == 404);
  // nginx writes its log after the answer; the last line has the query of a usual format.
  BOOST_TEST(wait_until([&] { return contains(site.nginx().access_log(), "text=open"); }));
  BOOST_TEST(contains(site.nginx().access_log(), "GET /formatted 204"));
  BOOST_TEST(!contains(site.nginx().access_log(), "secret"));
}

// The allow-list and the rate limit of inbound-sms.conf, when a user takes the marks away.
BOOST_AUTO_TEST_CASE(the_directives_that_stand_there_as_comments_work) {
  Site site({.edit = [](std::string text) {
    for (std::size_t at = 0; (at = text.find("\n    #", at)) != text.npos; ++at) {
      if (text.at(at + 6) != ' ') text.erase(at + 5, 1);
    }
    return text;
  }});
  BOOST_TEST(site.get(message("0C01")).status == 403);
  BOOST_TEST(site.handler().log().empty());
}
