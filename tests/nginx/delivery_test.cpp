#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "nginx/site.h"
#include "support/json.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// Messages on their way through nginx, in each way that nginx and the handler can be joined.

namespace {

void stores_all_three_forms(const SiteOptions& options) {
  Site site(options);
  BOOST_TEST(site.get(message("0C01")).status == 204);
  BOOST_TEST(site.post_form(message("0C02")).status == 204);
  BOOST_TEST(site.post_json(json_message("0C03")).status == 204);

  const auto log = site.handler().log();
  BOOST_REQUIRE_EQUAL(log.size(), 3);
  BOOST_TEST(is_message(log[0], "0C01"), shown(log[0]));
  BOOST_TEST(is_message(log[1], "0C02"), shown(log[1]));
  BOOST_TEST(is_message(log[2], "0C03"), shown(log[2]));
  BOOST_TEST(string_of(log[0], "format") == "query");
  BOOST_TEST(string_of(log[1], "format") == "form");
  BOOST_TEST(string_of(log[2], "format") == "json");
  BOOST_TEST(string_of(log[2], "remote") == "127.0.0.1");
}

HttpRequest chunked(const std::string& type, const std::string& body) {
  return {.method = "POST", .headers = {"Content-Type: " + type}, .body = body, .chunked = true};
}

void stores_chunked_bodies(const SiteOptions& options) {
  Site site(options);
  const std::string text(100'000, 'x');
  const auto small = chunked("application/x-www-form-urlencoded", "text=small");
  const auto large = chunked("application/json", R"({"messageId":"0C01","text":")" + text + "\"}");
  BOOST_TEST(site.send(small).status == 204);
  BOOST_TEST(site.send(large).status == 204);

  const auto log = site.handler().log();
  BOOST_REQUIRE_EQUAL(log.size(), 2);
  BOOST_TEST(string_of(log[0]["message"], "text") == "small");
  BOOST_TEST((string_of(log[1]["message"], "text") == text));
}

std::size_t sockets_of(pid_t pid) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    if (fs::read_symlink(entry, gone).string().starts_with("socket:")) ++count;
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(stores_get_form_and_json_over_a_unix_socket) {
  stores_all_three_forms({});
}

BOOST_AUTO_TEST_CASE(stores_get_form_and_json_over_tcp) {
  stores_all_three_forms({.listen = Listen::tcp});
}

BOOST_AUTO_TEST_CASE(stores_get_form_and_json_over_kept_connections_of_two_workers) {
  stores_all_three_forms({.upstream_extra = "keepalive 64;", .workers = 2});
}

BOOST_AUTO_TEST_CASE(stores_get_form_and_json_without_request_buffering) {
  stores_all_three_forms({.in_server = "fastcgi_request_buffering off;"});
}

BOOST_AUTO_TEST_CASE(stores_chunked_bodies_small_and_large) {
  stores_chunked_bodies({});
}

BOOST_AUTO_TEST_CASE(stores_chunked_bodies_without_request_buffering) {
  stores_chunked_bodies({.in_server = "fastcgi_request_buffering off;"});
}

BOOST_AUTO_TEST_CASE(a_kept_connection_serves_one_request_after_the_other) {
  Site site({.upstream_extra = "keepalive 4;"});
  const std::size_t before = sockets_of(site.handler().process().pid());
  for (int i = 100; i < 200; ++i) {
    BOOST_TEST(site.post_form(message("0C" + std::to_string(i))).status == 204);
  }
  BOOST_TEST(site.handler().log().size() == 100);
  BOOST_TEST(sockets_of(site.handler().process().pid()) == before + 1);
}
