#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "nginx/site.h"
#include "support/cgi_process.h"
#include "support/logged.h"
#include "support/replace.h"
#include "support/secrets.h"
#include "support/text.h"
#include "support/wait.h"
#include "tools/inbound_request.h"
#include "vonage/form.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// The file of secrets: which the handler starts with, and that nothing of it is ever shown.

namespace {

const std::string kLine = std::string(kSecret) + "\n";

struct BadFile {
  std::string name;
  std::function<void(const std::string& path)> make;
  int exit_code;
  std::string reason;
  bool needs_root = false;
};

std::vector<BadFile> bad_files() {
  const auto with = [](const std::string& lines, mode_t mode = 0600) {
    return [=](const std::string& path) { write_secrets(path, lines, mode); };
  };
  return {
      {"others may read it", with(kLine, 0644), 77, "others may read or change it"},
      {"its group may read it", with(kLine, 0640), 77, "others may read or change it"},
      {"of another user",
       [](const std::string& path) {
         write_secrets(path, kLine);
         BOOST_REQUIRE(::chown(path.c_str(), 54321, 54321) == 0);
       },
       77, "Permission denied", true},
      {"empty", with(""), 78, "it is empty"},
      {"an empty line", with(kLine + "\n"), 78, "line 2: it is empty"},
      {"missing", [](const std::string&) {}, 78, "No such file or directory"},
      {"a folder", [](const std::string& path) { fs::create_directory(path); }, 78,
       "it is not a file"},
      {"a pipe",
       [](const std::string& path) {
         BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
         const fs::perms all = fs::perms::all;
         fs::permissions(path, all);
       },
       78, "it is not a file"},
  };
}

// Each of them in a folder of its own.
void for_each_bad_file(
    const std::function<void(const TemporaryFolder&, const Environment&, const BadFile&)>& test) {
  for (const BadFile& bad : bad_files()) {
    if (bad.needs_root && ::geteuid() != 0) continue;
    BOOST_TEST_CONTEXT(bad.name) {
      const TemporaryFolder folder;
      Environment settings = ask_for_signatures(folder);
      fs::remove(secrets_path(folder));
      bad.make(secrets_path(folder));
      test(folder, settings, bad);
    }
  }
}

void check_words(const std::string& words, const TemporaryFolder& folder, const BadFile& bad) {
  const std::string path = secrets_path(folder);
  BOOST_TEST(contains(words, path), words);
  BOOST_TEST(words.find(path) == words.rfind(path), words);  // in one line
  BOOST_TEST(contains(words, bad.reason), words);
  BOOST_TEST(!contains(words, kSecret), words);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(secrets_file)

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_taken_stops_the_start_with_one_line) {
  for_each_bad_file([](const TemporaryFolder& folder, Environment settings, const BadFile& bad) {
    settings["INBOUND_SMS_LOG"] = folder.path() + "/log/%Y.jsonl";
    settings["INBOUND_SMS_LISTEN"] = "unix:" + folder.path() + "/socket";
    const std::string handler = install_handler(folder.path() + "/bin", "inbound-sms.fcgi", "");
    ChildProcess process({handler}, settings, folder.path() + "/out");
    BOOST_TEST(process.wait() == bad.exit_code);
    check_words(process.output(), folder, bad);
    BOOST_TEST(read_log(folder.path() + "/log").empty());
  });
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_taken_gives_503_under_cgi) {
  for_each_bad_file([](const TemporaryFolder& folder, Environment settings, const BadFile& bad) {
    settings["QUERY_STRING"] = message("0C01");
    CgiProcess process(folder, settings);
    process.finish_sending();
    const std::string answer = process.answer();
    BOOST_TEST(status_of(answer) == 503);
    BOOST_TEST(contains(answer, "Retry-After: 60"));
    BOOST_TEST(!contains(answer, folder.path()));
    BOOST_TEST(process.process().wait() == bad.exit_code);
    check_words(process.words(), folder, bad);
    BOOST_TEST(read_log(folder.path() + "/log").empty());
  });
}

// Who takes the setting for the secret itself finds it in no log of the web server.
BOOST_AUTO_TEST_CASE(a_secret_in_the_place_of_the_path_is_not_shown) {
  const TemporaryFolder folder;
  CgiProcess process(folder, {{"INBOUND_SMS_SIGNATURE_METHOD", "md5hash"},
                              {"INBOUND_SMS_SIGNATURE_SECRETS", kSecret}});
  process.finish_sending();
  const std::string answer = process.answer();
  process.process().wait();
  BOOST_TEST(status_of(answer) == 503);
  BOOST_TEST(contains(process.words(), "INBOUND_SMS_SIGNATURE_SECRETS=..."), process.words());
  BOOST_TEST(!contains(process.words() + answer, kSecret));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// All that a deployment shows to anybody, with secrets good and bad.
class Watched {
 public:
  Watched()
      : site_({.settings_in = [](const TemporaryFolder& folder) {
          return ask_for_signatures(folder, "another-secret-Zq8\n");
        }}) {}

  // Sends what the secrets make of it, and keeps the answer.
  void send(const tools::Event& event, tools::Form form, const std::string& secret) {
    const auto request = tools::to_request(event, form, site_.nginx().url(), system_clock().now(),
                                           signed_by(secret));
    keep_expected(request);
    HttpRequest http{.method = request.method, .url = request.url};
    http.headers = {"Content-Type: " + request.content_type};
    if (!request.authorization.empty())
      http.headers.push_back("Authorization: " + request.authorization);
    if (request.method == "POST") http.body = request.body;
    const HttpAnswer answer = testing::send(http);
    shown_ += answer.body + answer.error;
    for (const auto& [name, value] : answer.headers) shown_ += name + value;
  }

  // Runs the tool, and ends it where it does not end by itself.
  void run_tool(const std::vector<std::string>& arguments, bool ends = true) {
    std::vector<std::string> command{program("inbound-sms")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Environment settings = site_.settings();
    settings["INBOUND_SMS_LOG"] = site_.folder().path() + "/log/%Y-%m-%d.jsonl";
    ChildProcess tool(command, settings, site_.folder().path() + "/tool.out");
    if (!ends) {
      BOOST_TEST(wait_until([&] { return contains(tool.output(), "Hello"); }));
      look_at_process(tool.pid());
      tool.signal(SIGINT);
    }
    tool.wait();
    BOOST_TEST(!tool.output().empty());
    shown_ += tool.output();
  }

  void put_secrets(const std::string& lines, mode_t mode = 0600) const {
    write_secrets(secrets_path(site_.folder()), lines, mode);
  }

  // Everything that is shown so far.
  std::string shown() {
    look_at_process(site_.handler().process().pid());
    shown_ += site_.handler().words();
    for (const auto& entry : fs::recursive_directory_iterator(site_.folder().path() + "/log"))
      if (entry.is_regular_file()) shown_ += read_file(entry.path());
    return shown_;
  }

  // What would have been right for what was not.
  const std::vector<std::string>& expected() const { return expected_; }
  std::string url() const { return site_.nginx().url(); }

 private:
  void keep_expected(const tools::InboundRequest& request) {
    const std::size_t mark = request.url.find('?');
    const std::string form = mark == request.url.npos ? request.body : request.url.substr(mark + 1);
    const vonage::Parameters parameters = vonage::parse_form(form).parameters;
    const auto text = vonage::text_to_sign(parameters);
    const vonage::Value* const sig = parameters.find("sig");
    if (!text || sig == nullptr) return;
    const std::string right = vonage::sign(signed_by().method, *text, kSecret);
    if (to_lower_case(sig->text) != right) expected_.push_back(right);
  }

  void look_at_process(pid_t pid) {
    for (const char* file : {"/cmdline", "/environ"})
      shown_ += read_file("/proc/" + std::to_string(pid) + file);
  }

  Site site_;
  std::string shown_;
  std::vector<std::string> expected_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_of_a_secret_or_of_what_would_have_been_right_is_shown_anywhere) {
  Watched watched;
  const auto sms = [](const std::string& id) { return tools::sms_events({.id = id}).front(); };
  const auto message = tools::message_event({.id = "a580f869"}, system_clock().now());
  for (const std::string& secret : {std::string("forged-secret-Zq9"), std::string(kSecret)}) {
    for (const auto form : {tools::Form::get, tools::Form::post})
      watched.send(sms("0C01-" + secret.substr(0, 1)), form, secret);
    watched.send(message, tools::Form::post_json, secret);
    watched.put_secrets(kLine + "another-secret-Zq8\n");
  }
  watched.send(sms("0C02"), tools::Form::get, "forged-secret-Zq9");
  watched.put_secrets(kLine, 0644);
  watched.send(sms("0C03"), tools::Form::get, kSecret);
  watched.run_tool({"check", "--url", watched.url()});
  watched.put_secrets(kLine + "a\tb\n" + kLine);
  watched.send(sms("0C04"), tools::Form::get, kSecret);
  watched.run_tool({"replay"});
  watched.put_secrets(kLine + "another-secret-Zq8\n");
  watched.run_tool({"check", "--url", watched.url()});
  watched.run_tool({"replay", "--dry-run"});
  watched.run_tool({"replay"});
  watched.run_tool({"verify"});
  watched.run_tool({"follow"}, false);

  const std::string shown = to_lower_case(watched.shown());
  BOOST_TEST(contains(shown, "the signature is wrong"));
  for (const std::string& piece :
       {std::string(kSecret), std::string(kSecret).substr(0, 8),
        std::string(kSecret).substr(sizeof kSecret - 9), std::string("another-secret-Zq8")})
    BOOST_TEST(!contains(shown, to_lower_case(piece)), piece);
  BOOST_TEST(!watched.expected().empty());
  for (const std::string& right : watched.expected()) BOOST_TEST(!contains(shown, right));
}
