#include "tools/check_url.h"

#include <boost/test/unit_test.hpp>

#include "support/ports.h"
#include "support/text.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace inbound_sms::tools;

namespace {

HttpAnswer http_get(const std::string& url) {
  return HttpConnection().send({"GET", url, "", ""});
}

Remark judged(int status, const std::string& text = "") {
  HttpAnswer answer;
  answer.status = status;
  answer.text = text;
  answer.location = "https://example.com/";
  answer.seconds = 0.0123;
  return judge_answer(answer);
}

Remark judged(HttpFailure failure) {
  HttpAnswer answer;
  answer.failure = failure;
  answer.error = "its words";
  return judge_answer(answer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_of_a_url)

BOOST_AUTO_TEST_CASE(a_204_is_well_and_its_time_is_told) {
  BOOST_TEST((judged(204).verdict == Verdict::ok));
  BOOST_TEST(judged(204).text == "URL check: answered 204 after 12 ms");
  HttpAnswer slow;
  slow.status = 204;
  slow.seconds = 3.5;
  BOOST_TEST((judge_answer(slow).verdict == Verdict::warning));
}

BOOST_AUTO_TEST_CASE(every_other_answer_is_a_fault_in_plain_words) {
  const std::string away = "the inbound-sms handler does not answer; send the message again\n";
  const struct {
    int status;
    std::string text, words;
  } cases[] = {{200, "<html>hello\n", "something else answers at this path"},
               {301, "", "redirects to https://example.com/: Vonage may not follow it"},
               {308, "", "redirects to https://example.com/"},
               {401, "", "lets nobody in"},
               {403, "", "lets nobody in"},
               {404, "", "knows no such path"},
               {405, "", "does not allow this method"},
               {418, "I'm a teapot", "it said 'I'm a teapot'"},
               {500, "no QUERY_STRING", "names a missing directive: 'no QUERY_STRING'"},
               {502, "", "cannot reach the handler: is it running"},
               {503, "full\n", "say why: 'full'"},
               {503, away, "cannot reach the handler: is it running"},
               {504, "", "cannot reach the handler"}};
  for (const auto& [status, text, words] : cases) {
    const Remark remark = judged(status, text);
    BOOST_TEST((remark.verdict == Verdict::fault));
    BOOST_TEST(contains(remark.text, "answered " + std::to_string(status) + ": "), remark.text);
    BOOST_TEST(contains(remark.text, words), remark.text);
  }
}

BOOST_AUTO_TEST_CASE(every_failure_is_a_fault_in_plain_words) {
  for (const auto& [failure, words] : std::vector<std::pair<HttpFailure, std::string>>{
           {HttpFailure::url, "no URL that can be called"},
           {HttpFailure::name, "does not resolve"},
           {HttpFailure::connect, "nobody accepts connections"},
           {HttpFailure::time, "no answer within 15 s"},
           {HttpFailure::certificate, "certificate is not trusted"},
           {HttpFailure::other, "the connection failed"}}) {
    BOOST_TEST((judged(failure).verdict == Verdict::fault));
    BOOST_TEST(contains(judged(failure).text, words));
    BOOST_TEST(contains(judged(failure).text, "(its words)"));
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_vonage_cannot_reach_is_a_warning) {
  const std::string url = "https://sms.example.com/webhooks/inbound-sms";
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.9.9",
        "100.64.0.1", "::1", "fe80::1", "fd00::1"})
    BOOST_TEST(judge_url(url, address).size() == 1U, address);
  for (const char* address : {"198.51.100.7", "172.32.0.1", "172.15.0.1", "11.0.0.1", "192.169.0.1",
                              "100.128.0.1", "2001:db8::1", ""})
    BOOST_TEST(judge_url(url, address).empty(), address);
}

BOOST_AUTO_TEST_CASE(a_url_that_vonage_or_others_would_spoil_is_a_warning) {
  const std::string address = "198.51.100.7";
  BOOST_TEST(contains(judge_url("http://sms.example.com/", address).at(0).text, "not https"));
  BOOST_TEST(contains(judge_url("https://sms.example.com/?token=x", address).at(0).text,
                      "a query of its own"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_told_by_its_reason) {
  BOOST_TEST((http_get("ftp://127.0.0.1/").failure == HttpFailure::url));
  BOOST_TEST((http_get("").failure == HttpFailure::url));
  const HttpFailure no_name = http_get("http://name.invalid/").failure;
  BOOST_TEST((no_name == HttpFailure::name || no_name == HttpFailure::time));  // of the resolver
  const std::string nobody = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  BOOST_TEST((http_get(nobody).failure == HttpFailure::connect));
  const Remarks remarks = check_url(nobody);
  BOOST_TEST(contains(remarks.back().text, "nobody accepts connections there"));
  BOOST_TEST(remarks.size() == 2U);  // and that it is not https
}

BOOST_AUTO_TEST_SUITE_END()
