#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "doors/cases.h"
#include "doors/visit.h"
#include "support/json.h"
#include "support/message.h"

namespace inbound_sms::testing {

namespace {

void check_next_is_stored(const Visit& visit, const std::string& id) {
  BOOST_TEST(visit.get(message(id)).status == 204);
  const auto logged = visit.logged();
  BOOST_REQUIRE_EQUAL(logged.size(), 1);
  BOOST_TEST(is_message(logged[0], id), shown(logged[0]));
}

void head(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.send({.method = "HEAD"}).status == 204);
  const HttpAnswer answer =
      visit.send({.method = "HEAD", .url = door.url() + "?" + message("0C20")});
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(visit.logged().empty());
}

void url_check(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.send({}).status == 204);
  BOOST_TEST(visit.post_form("").status == 204);
  BOOST_TEST(visit.post_json("{}").status == 204);
  BOOST_TEST(visit.logged().empty());
}

void other_methods(const Door& door) {
  const Visit visit(door);
  for (const char* method : {"PUT", "DELETE"}) {
    for (const bool with_body : {false, true}) {
      HttpRequest request{.method = method};
      if (with_body) request.body = message("0C21");
      const HttpAnswer answer = visit.send(request);
      BOOST_TEST(answer.status == 405);
      BOOST_TEST(answer.headers.at("allow") == "GET, HEAD, POST");
    }
  }
  BOOST_TEST(visit.logged().empty());
}

// A web server with a limit of its own may be the one that answers.
void too_large(const Door& door, bool chunked, const std::string& id) {
  const int expected = chunked ? door.answer_to_too_large_chunked() : 413;
  const Visit visit(door);
  const HttpAnswer answer =
      visit.send({.method = "POST",
                  .headers = {"Content-Type: application/x-www-form-urlencoded"},
                  .body = "messageId=" + id + "&text=" + std::string(300'000, 'x'),
                  .chunked = chunked});
  BOOST_TEST(answer.status == expected, answer.status << " " << answer.error);
  BOOST_TEST(visit.logged().empty());
  check_next_is_stored(visit, id);
}

void too_large_body(const Door& door) {
  too_large(door, false, "0C22");
}

void too_large_chunked_body(const Door& door) {
  too_large(door, true, "0C23");
}

// Without the query every message would look like a check of the URL, and be lost with a 204.
void no_query_string(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.send({.url = door.url_without_query() + "?" + message("0C24")}).status == 500);
  BOOST_TEST(visit.logged().empty());
}

void authorization(const Door& door) {
  const Visit visit(door);
  const HttpAnswer answer =
      visit.send({.method = "POST",
                  .headers = {"Content-Type: application/json", "Authorization: Bearer abc.def"},
                  .body = R"({"msisdn":)"});
  BOOST_TEST(answer.status == 400);
  BOOST_TEST(visit.logged().empty());

  const auto rejected = visit.rejected();
  BOOST_REQUIRE_EQUAL(rejected.size(), 1);
  BOOST_TEST(string_of(rejected[0], "authorization") == "Bearer abc.def");
  BOOST_TEST(string_of(rejected[0], "content_type") == "application/json");
  BOOST_TEST(string_of(rejected[0], "body") == "eyJtc2lzZG4iOg==");
}

// A settings file that moves the log. Nobody may read it, in whatever way a client names it.
class EvilSettings {
 public:
  explicit EvilSettings(const Door& door) : path_(door.folder() + "/evil.conf") {
    std::ofstream(path_) << "INBOUND_SMS_LOG=" << log() << "\n";
  }
  EvilSettings(const EvilSettings&) = delete;
  EvilSettings& operator=(const EvilSettings&) = delete;
  ~EvilSettings() { BOOST_TEST(!std::filesystem::exists(log()), log() << " was made"); }

  const std::string& path() const { return path_; }
  std::string log() const { return path_ + ".jsonl"; }

 private:
  std::string path_;
};

struct LooksLikeOption {
  std::string query;
  std::string name;        // of the parameter that it is
  std::string value = {};  // and its value
};

// A web server may give a CGI program such a query as arguments (RFC 3875 section 4.4).
void query_that_looks_like_options(const Door& door) {
  const EvilSettings evil(door);
  const std::vector<LooksLikeOption> queries = {
      {"-h", "-h"},
      {"--help", "--help"},
      {"--", "--"},
      {"-s+/etc/passwd", "-s /etc/passwd"},
      {"-s+%2Fetc%2Fpasswd", "-s /etc/passwd"},
      {"-c+" + evil.path(), "-c " + evil.path()},
      {"LISTEN", "LISTEN"},
      {"INBOUND_SMS_LOG=" + evil.log(), "INBOUND_SMS_LOG", evil.log()},
      {"INBOUND_SMS_LISTEN=unix:" + evil.log(), "INBOUND_SMS_LISTEN", "unix:" + evil.log()}};
  for (const LooksLikeOption& option : queries) {
    const Visit visit(door);
    const HttpAnswer answer = visit.get(option.query);
    BOOST_TEST(answer.status == 204, option.query);
    BOOST_TEST(answer.body == "");
    const auto logged = visit.logged();
    BOOST_REQUIRE_EQUAL(logged.size(), 1);
    BOOST_TEST(string_of(logged[0], "kind") == "unrecognized");
    BOOST_TEST(string_of(logged[0]["message"], option.name.c_str()) == option.value);
  }
}

// What a header becomes, HTTP_ and its name, is never the name of a setting or of anything else
// that decides what the handler does.
void header_that_looks_like_a_setting(const Door& door) {
  const EvilSettings evil(door);
  const std::vector<std::string> headers = {"Inbound-Sms-Log: " + evil.log(),
                                            "INBOUND_SMS_LOG: " + evil.log(),
                                            "Inbound-Sms-Config: " + evil.path(),
                                            "INBOUND_SMS_CONFIG: " + evil.path(),
                                            "Inbound-Sms-Max-Body: 1",
                                            "Config: " + evil.path(),
                                            "Proxy: http://192.0.2.1",
                                            "Gateway-Interface: evil",
                                            "Request-Method: PUT",
                                            "Query-String: text=evil",
                                            "Remote-Addr: 203.0.113.9",
                                            "Http-Authorization: Bearer evil",
                                            "Redirect-Http-Authorization: Bearer evil"};
  const Visit visit(door);
  BOOST_TEST(visit.send({.url = door.url() + "?" + message("0C25"), .headers = headers}).status ==
             204);
  const auto logged = visit.logged();
  BOOST_REQUIRE_EQUAL(logged.size(), 1);
  BOOST_TEST(is_message(logged[0], "0C25"), shown(logged[0]));
  BOOST_TEST(string_of(logged[0], "remote") == "127.0.0.1");

  std::vector<std::string> of_json = headers;
  of_json.push_back("Content-Type: application/json");
  BOOST_TEST(visit.send({.method = "POST", .headers = of_json, .body = "{0C25"}).status == 400);
  const auto rejected = visit.rejected();
  BOOST_REQUIRE_EQUAL(rejected.size(), 1);
  BOOST_TEST(!rejected[0].HasMember("authorization"), shown(rejected[0]));
}

}  // namespace

const std::vector<Case>& answer_cases() {
  static const std::vector<Case> cases{
      {"head", head},
      {"url_check", url_check},
      {"other_methods", other_methods},
      {"too_large_body", too_large_body},
      {"too_large_chunked_body", too_large_chunked_body},
      {"no_query_string", no_query_string},
      {"authorization", authorization},
      {"query_that_looks_like_options", query_that_looks_like_options},
      {"header_that_looks_like_a_setting", header_that_looks_like_a_setting},
  };
  return cases;
}

}  // namespace inbound_sms::testing
