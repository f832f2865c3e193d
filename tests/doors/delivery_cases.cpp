#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "doors/cases.h"
#include "doors/visit.h"
#include "support/json.h"
#include "support/message.h"

namespace inbound_sms::testing {

namespace {

void check_logged(const Visit& visit, const std::string& id, const std::string& format) {
  const auto logged = visit.logged();
  BOOST_REQUIRE_EQUAL(logged.size(), 1);
  BOOST_TEST(is_message(logged[0], id), shown(logged[0]));
  BOOST_TEST(string_of(logged[0], "format") == format);
  BOOST_TEST(string_of(logged[0], "remote") == "127.0.0.1");
}

void get(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.get(message("0C10")).status == 204);
  check_logged(visit, "0C10", "query");
}

void form(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.post_form(message("0C11")).status == 204);
  check_logged(visit, "0C11", "form");
}

void json(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.post_json(json_message("0C12")).status == 204);
  check_logged(visit, "0C12", "json");
}

// No two parts of it are alike, so that a part which is lost or moved shows.
std::string long_text(std::size_t size) {
  std::string text;
  for (int number = 0; text.size() < size; ++number) text += std::to_string(number) + ' ';
  text.resize(size, 'x');
  return text;
}

void check_long_message(const Visit& visit, const std::string& id, const std::string& text) {
  const auto logged = visit.logged();
  BOOST_REQUIRE_EQUAL(logged.size(), 1);
  BOOST_TEST(string_of(logged[0]["message"], "messageId") == id);
  BOOST_TEST((string_of(logged[0]["message"], "text") == text));
}

void chunked_json(const Door& door, const std::string& id, std::size_t size) {
  const Visit visit(door);
  const std::string text = long_text(size);
  const HttpAnswer answer =
      visit.send({.method = "POST",
                  .headers = {"Content-Type: application/json"},
                  .body = R"({"messageId":")" + id + R"(","text":")" + text + "\"}",
                  .chunked = true});
  BOOST_TEST(answer.status == 204);
  check_long_message(visit, id, text);
}

// From 16 KiB on, Apache's mod_proxy_fcgi no longer says how long a chunked body is.
void chunked_json_below_16_kib(const Door& door) {
  chunked_json(door, "0C13", 8 * 1024);
}

void chunked_json_above_16_kib(const Door& door) {
  chunked_json(door, "0C14", 40 * 1024);
}

void slow_upload(const Door& door) {
  const Visit visit(door);
  const std::string text = long_text(64 * 1024);
  const HttpRequest request{.method = "POST",
                            .headers = {"Content-Type: application/x-www-form-urlencoded"},
                            .body = "messageId=0C15&text=" + text,
                            .piece = 100,
                            .pause = std::chrono::milliseconds(3)};
  const HttpAnswer answer = visit.send(request);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(answer.seconds > 1.9);
  check_long_message(visit, "0C15", text);
}

void repeat(const Door& door) {
  const Visit visit(door);
  BOOST_TEST(visit.get(message("0C16")).status == 204);
  BOOST_TEST(visit.post_form(message("0C16")).status == 204);
  BOOST_TEST(visit.post_json(json_message("0C16")).status == 204);
  check_logged(visit, "0C16", "query");
}

void several_at_once(const Door& door) {
  const Visit visit(door);
  std::vector<std::future<HttpAnswer>> answers;
  std::set<std::string> sent;
  for (int number = 0; number < 8; ++number) {
    const std::string id = "0C17-" + std::to_string(number);
    sent.insert(id);
    answers.push_back(
        std::async(std::launch::async, [&visit, id] { return visit.post_form(message(id)); }));
  }
  for (auto& answer : answers) BOOST_TEST(answer.get().status == 204);

  std::multiset<std::string> logged;
  for (const auto& line : visit.logged()) logged.insert(string_of(line["message"], "messageId"));
  BOOST_TEST(logged == sent, boost::test_tools::per_element());
}

}  // namespace

const std::vector<Case>& delivery_cases() {
  static const std::vector<Case> cases{
      {"get", get},
      {"form", form},
      {"json", json},
      {"chunked_json_below_16_kib", chunked_json_below_16_kib},
      {"chunked_json_above_16_kib", chunked_json_above_16_kib},
      {"slow_upload", slow_upload},
      {"repeat", repeat},
      {"several_at_once", several_at_once},
  };
  return cases;
}

}  // namespace inbound_sms::testing
