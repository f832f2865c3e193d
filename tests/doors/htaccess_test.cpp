#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "doors/apache_doors.h"
#include "doors/visit.h"
#include "support/message.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What a .htaccess beside the program does on shared hosting. The cases of every door are in
// doors_test.cpp.

namespace {

constexpr ApacheWay kUploaded[] = {ApacheWay::htaccess_fcgi, ApacheWay::htaccess_cgi};

// What folders above may hold: a password, the rules of WordPress, and pages for failures, here
// redirects.
constexpr char kAbove[] = R"(
Require all denied
RewriteEngine On
RewriteRule . /index.html [L]
ErrorDocument 403 http://127.0.0.1/sorry
ErrorDocument 404 http://127.0.0.1/sorry
ErrorDocument 413 http://127.0.0.1/sorry
ErrorDocument 500 http://127.0.0.1/sorry
ErrorDocument 503 http://127.0.0.1/sorry
ErrorDocument 504 http://127.0.0.1/sorry
)";

std::string documents(const ApacheDoor& door) {
  return door.folder() + "/apache/www";
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(htaccess_alone)

BOOST_AUTO_TEST_CASE(nothing_but_the_program_is_served) {
  for (const ApacheWay way : kUploaded) {
    ApacheDoor door(way);
    for (const char* name : {"inbound-sms.conf", ".htaccess", "2026-11-24.jsonl", ".synced",
                             "inbound-sms.fcgi.old", "other.php"}) {
      if (!fs::exists(documents(door) + "/sms/" + name))
        write_file(documents(door) + "/sms/" + name, "INBOUND_SMS");
      const HttpAnswer answer = Visit(door).send({.url = door.apache().url("/sms/") + name});
      BOOST_TEST(answer.status == 403, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_url_of_the_folder_works_and_is_no_redirect_without_its_slash) {
  for (const ApacheWay way : kUploaded) {
    ApacheDoor door(way);
    const Visit visit(door);
    const std::string folder = door.apache().url("/sms");
    BOOST_TEST(visit.send({.url = folder + "/?" + message("0C50")}).status == 204);
    BOOST_TEST(
        visit.send({.method = "POST", .url = folder + "/", .body = message("0C51")}).status == 204);
    BOOST_TEST(visit.logged().size() == 2);
    BOOST_TEST(visit.send({.url = folder + "?" + message("0C52")}).status == 403);
  }
}

BOOST_AUTO_TEST_CASE(rules_of_folders_above_do_not_take_requests_away) {
  for (const ApacheWay way : kUploaded) {
    ApacheDoor door(way);
    write_file(documents(door) + "/.htaccess", kAbove);
    write_file(documents(door) + "/index.html", "hello");
    BOOST_TEST(Visit(door).get(message("0C53")).status == 204);
  }
}

BOOST_AUTO_TEST_CASE(pages_of_folders_above_do_not_replace_a_failure_of_fcgi) {
  ApacheDoor door(ApacheWay::htaccess_fcgi);
  write_file(documents(door) + "/.htaccess", kAbove);
  write_file(documents(door) + "/sms/inbound-sms.conf", "INBOUND_SMS_UNKNOWN=1\n");
  const Visit visit(door);
  BOOST_TEST(visit.get(message("0C54")).status == 500);
  BOOST_TEST(visit.post_form(std::string(131073, 'x')).status == 413);
  BOOST_TEST(visit.send({.url = door.apache().url("/sms/inbound-sms.conf")}).status == 403);

  ApacheDoor unable(ApacheWay::htaccess_fcgi, {.without = "fcgid"});
  write_file(documents(unable) + "/.htaccess", kAbove);
  BOOST_TEST(Visit(unable).get(message("0C54")).status == 503);
}

BOOST_AUTO_TEST_CASE(pages_of_folders_above_do_not_replace_a_failure_of_cgi) {
  ApacheDoor door(ApacheWay::htaccess_cgi, {.config = "CGIDScriptTimeout 5\n"});
  write_file(documents(door) + "/.htaccess", kAbove);
  const std::string program = documents(door) + "/sms/inbound-sms.cgi";
  const Visit visit(door);
  write_file(documents(door) + "/sms/inbound-sms.conf", "INBOUND_SMS_UNKNOWN=1\n");
  BOOST_TEST(visit.get(message("0C55")).status == 503);
  fs::remove(program);  // the process before may still run it, and a running file is not written to
  write_file(program, "#!/bin/sh\nexec sleep 10\n");
  fs::permissions(program, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  BOOST_TEST(visit.get(message("0C55")).status == 504);
  fs::remove(program);
  BOOST_TEST(visit.get(message("0C55")).status == 404);
}

// Without a module the folder goes on to work, with less comfort.
BOOST_AUTO_TEST_CASE(a_module_that_is_absent_does_not_break_it) {
  for (const char* module : {"alias", "headers", "rewrite", "setenvif", "dir", "env", "mime"}) {
    for (const ApacheWay way : kUploaded) {
      ApacheDoor door(way, {.without = module});
      BOOST_TEST(Visit(door).get(message("0C55")).status == 204, module);
    }
  }
}

// The program itself, sent with a 200, would lose each message.
BOOST_AUTO_TEST_CASE(without_the_module_that_runs_it_each_request_gets_503) {
  ApacheDoor fcgi(ApacheWay::htaccess_fcgi, {.without = "fcgid"});
  ApacheDoor cgi(ApacheWay::htaccess_cgi, {.without = "cgid"});
  for (ApacheDoor* door : {&fcgi, &cgi}) {
    const HttpAnswer answer = Visit(*door).get(message("0C56"));
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.headers.at("retry-after") == "60");
  }
}

BOOST_AUTO_TEST_CASE(a_body_up_to_the_limit_of_mod_fcgid_is_taken_and_a_longer_one_gets_413) {
  ApacheDoor door(ApacheWay::htaccess_fcgi);
  const Visit visit(door);
  BOOST_TEST(visit.post_form("text=" + std::string(131072 - 5, 'x')).status == 204);
  BOOST_TEST(visit.post_form("text=" + std::string(131073 - 5, 'x')).status == 413);
  BOOST_TEST(visit.logged().size() == 1);
}

// LimitRequestBody of the host must not count: mod_fcgid would pass an empty body on.
BOOST_AUTO_TEST_CASE(a_limit_of_the_host_does_not_empty_a_body) {
  for (const ApacheWay way : kUploaded) {
    ApacheDoor door(way, {.config = "LimitRequestBody 1000\n"});
    const Visit visit(door);
    BOOST_TEST(visit.post_form("text=" + std::string(2000, 'x')).status == 204);
    BOOST_TEST(visit.logged().size() == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
