#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "sandbox/attempt.h"
#include "sandbox/landlock.h"
#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/logged.h"
#include "support/message.h"
#include "support/ordinary_user.h"
#include "support/secrets.h"
#include "support/slow_disk.h"
#include "support/text.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// What the real handler must be able to do inside its sandbox, beside what the other suites let it
// do there: changes of file (disks/clock_test.cpp), full and failing disks, power cuts.

namespace {

int answer_to(const Handler& handler, const Params& params, const std::string& body = "") {
  FastCgiClient client(handler.address());
  client.send(request(1, params, body));
  return client.answer().status();
}

int deliver(const Handler& handler, const std::string& id) {
  return answer_to(handler, get(message(id)));
}

void make_folder(const std::string& path) {
  fs::create_directory(path);
  const OrdinaryUser user = ordinary_user();
  BOOST_REQUIRE(::chown(path.c_str(), user.uid, user.gid) == 0);
}

// Where only the test can make something.
std::string closed_folder(const TemporaryFolder& folder) {
  const std::string path = folder.path() + "/closed";
  make_folder(path);
  BOOST_REQUIRE(::chmod(path.c_str(), 0555) == 0);
  return path;
}

void make_in_closed_folder(const std::string& path) {
  const std::string folder = fs::path(path).parent_path();
  BOOST_REQUIRE(::chmod(folder.c_str(), 0755) == 0);
  make_folder(path);
  BOOST_REQUIRE(::chmod(folder.c_str(), 0555) == 0);
}

void new_secrets_are_taken(const TemporaryFolder& folder, const std::string& named,
                           const std::string& replaced) {
  const Handler handler(folder, {{"INBOUND_SMS_SIGNATURE_METHOD", "sha256hmac"},
                                 {"INBOUND_SMS_SIGNATURE_SECRETS", named}});
  BOOST_TEST(answer_to(handler, get(signed_query("0C01", "first"))) == 204, handler.words());
  BOOST_TEST(answer_to(handler, get(signed_query("0C02", "second"))) == 503);
  write_secrets(replaced, "second\n");
  BOOST_TEST(answer_to(handler, get(signed_query("0C02", "second"))) == 204, handler.words());
  BOOST_TEST(answer_to(handler, get(signed_query("0C03", "first"))) == 503);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(working)

BOOST_AUTO_TEST_CASE(a_file_that_was_renamed_is_followed_by_a_new_one_and_still_searched) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/log/messages.jsonl";
  const Environment settings = {{"INBOUND_SMS_LOG", file}};
  auto handler = std::make_unique<Handler>(folder, settings);
  BOOST_TEST(deliver(*handler, "0C01") == 204);
  fs::rename(file, file + ".1");
  BOOST_TEST(deliver(*handler, "0C02") == 204);
  BOOST_TEST(deliver(*handler, "0C01") == 204);
  BOOST_TEST(fs::exists(file));
  BOOST_TEST(handler->log().size() == 2U);

  handler.reset();
  const Handler next(folder, settings);
  BOOST_TEST(deliver(next, "0C01") == 204);
  BOOST_TEST(deliver(next, "0C03") == 204);
  BOOST_TEST(next.log().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_torn_line_is_moved_aside) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/log/messages.jsonl";
  const Environment settings = {{"INBOUND_SMS_LOG", file}};
  {
    const Handler handler(folder, settings);
    BOOST_TEST(deliver(handler, "0C01") == 204);
    BOOST_TEST(deliver(handler, "0C02") == 204);
  }
  fs::remove(folder.path() + "/log/.synced");
  fs::resize_file(file, fs::file_size(file) - 10);
  const Handler handler(folder, settings);
  BOOST_TEST(deliver(handler, "0C02") == 204);
  BOOST_TEST(contains(handler.words(), "its torn end was moved to"), handler.words());
  BOOST_TEST(handler.log().size() == 2U);
}

BOOST_AUTO_TEST_CASE(folders_for_years_and_months_are_made) {
  const TemporaryFolder folder;
  const Handler handler(folder, {{"INBOUND_SMS_LOG", folder.path() + "/log/%Y/%m/%d.jsonl"}});
  BOOST_TEST(deliver(handler, "0C01") == 204);
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() + "/log"))
    files += entry.path().extension() == ".jsonl" ? 1 : 0;
  BOOST_TEST(files == 1);
}

BOOST_AUTO_TEST_CASE(a_rejected_log_somewhere_else_is_written) {
  const TemporaryFolder folder;
  const std::string rejected = folder.path() + "/else/where";
  Params params = post("{");
  params.emplace_back("CONTENT_TYPE", "application/json");
  const Handler handler(folder, {{"INBOUND_SMS_REJECTED", rejected + "/%Y.jsonl"}});
  BOOST_TEST(answer_to(handler, params, "{") == 400);
  BOOST_TEST(read_log(rejected).size() == 1U);
  // Not the folder above, with all that others have there.
  BOOST_TEST(!contains(handler.words(), "could not be opened"), handler.words());
}

BOOST_AUTO_TEST_CASE(new_secrets_are_read_from_the_file_that_takes_the_place_of_the_old_one) {
  const TemporaryFolder folder;
  const std::string secrets = folder.path() + "/secrets";
  make_folder(secrets);
  write_secrets(secrets + "/signature", "first\n");
  new_secrets_are_taken(folder, secrets + "/signature", secrets + "/signature");
}

BOOST_AUTO_TEST_CASE(new_secrets_are_read_where_a_link_leads_to_them) {
  const TemporaryFolder folder;
  for (const char* name : {"/settings", "/secrets"}) make_folder(folder.path() + name);
  const std::string file = folder.path() + "/secrets/signature";
  write_secrets(file, "first\n");
  fs::create_symlink(file, folder.path() + "/settings/signature");
  new_secrets_are_taken(folder, folder.path() + "/settings/signature", file);
}

BOOST_AUTO_TEST_CASE(a_log_folder_that_somebody_makes_later_is_written) {
  const TemporaryFolder folder;
  const std::string log = closed_folder(folder) + "/log";
  const Handler handler(folder, {{"INBOUND_SMS_LOG", log + "/%Y-%m-%d.jsonl"}});
  BOOST_TEST(deliver(handler, "0C01") == 503);
  make_in_closed_folder(log);
  BOOST_TEST(deliver(handler, "0C01") == 204);
  BOOST_TEST(read_log(log).size() == 1U);
  if (inbound_sms::sandbox::landlock_version()) {
    BOOST_TEST(contains(handler.words(), " (" + log + " could not be opened)"), handler.words());
  }
}

// What Landlock cannot do: its rules hold on to the folder, not to its name.
BOOST_AUTO_TEST_CASE(another_folder_in_the_place_of_the_log_s_needs_a_new_start,
                     *boost::unit_test::precondition(has_landlock)) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/log";
  auto handler = std::make_unique<Handler>(folder);
  BOOST_TEST(deliver(*handler, "0C01") == 204);
  fs::rename(log, log + ".old");
  BOOST_TEST(deliver(*handler, "0C02") == 503);
  BOOST_TEST(contains(handler->words(), "start the handler again: its sandbox knows the old one"),
             handler->words());
  make_folder(log);
  BOOST_TEST(deliver(*handler, "0C02") == 503);

  handler.reset();
  const Handler next(folder);
  BOOST_TEST(deliver(next, "0C02") == 204);
}

BOOST_AUTO_TEST_CASE(secrets_in_a_new_folder_are_said_to_need_a_start,
                     *boost::unit_test::precondition(has_landlock)) {
  const TemporaryFolder folder;
  const std::string safe = folder.path() + "/safe";
  fs::create_directory(safe);
  BOOST_REQUIRE(::chmod(safe.c_str(), 0755) == 0);
  write_secrets(safe + "/secrets", "first\n");
  const Environment settings = {{"INBOUND_SMS_SIGNATURE_METHOD", "sha256hmac"},
                                {"INBOUND_SMS_SIGNATURE_SECRETS", safe + "/secrets"}};
  {
    const Handler handler(folder, settings);
    fs::rename(safe, safe + ".old");
    fs::create_directory(safe);
    BOOST_REQUIRE(::chmod(safe.c_str(), 0755) == 0);
    write_secrets(safe + "/secrets", "second\n");
    BOOST_TEST(answer_to(handler, get(signed_query("0C01", "second"))) == 503);
    BOOST_TEST(contains(handler.words(), "has to be started again; those that were read before"),
               handler.words());
    BOOST_TEST(answer_to(handler, get(signed_query("0C02", "first"))) == 204);
  }
  const Handler next(folder, settings);
  BOOST_TEST(answer_to(next, get(signed_query("0C01", "second"))) == 204, next.words());
}

// It may not open them any more when a file begins, and they must be on the disk before its first
// byte.
BOOST_AUTO_TEST_CASE(the_folders_above_the_log_s_are_synced,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  const TemporaryFolder folder;
  const std::string trace = folder.path() + "/trace";
  Handler handler(folder, {}, Listen::unix_socket,
                  {"strace", "-D", "-f", "-qq", "-y", "-e", "trace=fsync", "-o", trace});
  BOOST_TEST(deliver(handler, "0C01") == 204);
  for (fs::path above = folder.path() + "/log";; above = above.parent_path()) {
    const bool synced =
        wait_until([&] { return contains(read_file(trace), "<" + above.string() + ">)"); },
                   std::chrono::seconds(5));
    BOOST_TEST(synced, above << " is not synced: " << read_file(trace));
    if (above == "/") break;
  }
}

BOOST_AUTO_TEST_SUITE_END()
