#include "tools/replay.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>

#include "log/journal.h"
#include "support/json.h"
#include "support/logged.h"
#include "support/ordinary_user.h"
#include "support/passed_on.h"
#include "support/secrets.h"
#include "support/text.h"
#include "tools/inbound_request.h"
#include "tools/tool.h"

using namespace inbound_sms;
using namespace inbound_sms::testing;
using namespace std::chrono_literals;
using tools::Event;
using tools::Form;
namespace fs = std::filesystem;

// What a handler whose secret was wrong has kept goes onto the log.

namespace {

const Time kNow = std::chrono::floor<std::chrono::seconds>(system_clock().now());

class StillClock final : public Clock {
 public:
  explicit StillClock(Time now) : now_(now) {}
  Time now() const override { return now_; }

 private:
  Time now_;
};

struct RejectedLog {
  TemporaryFolder folder;
  Environment settings = ask_for_signatures(folder);

  RejectedLog() {
    settings["INBOUND_SMS_LOG"] = log_folder() + "/%Y-%m-%d.jsonl";
    settings["INBOUND_SMS_REMEMBER"] = "1d";
  }

  std::string log_folder() const { return folder.path() + "/log"; }
  std::string rejected_folder() const { return log_folder() + "/rejected"; }

  // What the handler does with a request that comes at this time.
  void receive_wrongly(const web::Request& request, Time received) const {
    commit(request, received, "another secret");
  }
  void receive_well(const web::Request& request, Time received) const {
    commit(request, received, kSecret);
  }
  void reject(const Event& event, Time received = kNow, Form form = Form::post) const {
    receive_wrongly(signed_request(event, received, form), received);
  }

  static web::Request signed_request(const Event& event, Time made, Form form = Form::post) {
    return as_passed_on(tools::to_request(event, form, "http://localhost/", made, signed_by()));
  }

  struct Run {
    int code;
    std::string output;
  };
  Run replay(std::vector<std::string> arguments = {}, const Environment& more = {}) const {
    arguments.insert(arguments.begin(), "replay");
    Environment environment = more;
    environment.insert(settings.begin(), settings.end());
    Tool tool(arguments, environment);
    const int code = tool.wait();
    BOOST_TEST(!contains(tool.output(), kSecret));
    return {code, tool.output()};
  }

  std::vector<rapidjson::Document> log() const { return read_log(log_folder()); }

  // The only file of that log.
  static std::string file_in(const std::string& folder) {
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".jsonl") return entry.path();
    return {};
  }

 private:
  void commit(const web::Request& request, Time received, const std::string& secret) const {
    const Verdict verdict = receive(
        request, received, {.proof = vonage::ProofRules{signed_by().method, 24h}}, {secret});
    const auto* accepted = std::get_if<Accepted>(&verdict);
    const auto* rejection = std::get_if<Rejection>(&verdict);
    BOOST_REQUIRE((accepted != nullptr || rejection != nullptr));
    const std::string pattern = accepted ? log_folder() : rejected_folder();
    const StillClock clock(received);
    log::Journal journal({.pattern = *log::LogPattern::parse(pattern + "/%Y-%m-%d.jsonl"),
                          .key_of = accepted ? log::message_key : log::rejected_key},
                         log::posix_disk(), clock, [](std::string_view) {});
    const log::Record record = accepted ? accepted->record : rejection->record;
    BOOST_REQUIRE((journal.commit({&record, 1}) == std::vector{log::Outcome::stored}));
    give_all_to_ordinary_user();
  }

  void give_all_to_ordinary_user() const {
    const OrdinaryUser user = ordinary_user();
    BOOST_REQUIRE(::chown(log_folder().c_str(), user.uid, user.gid) == 0);
    for (const auto& entry : fs::recursive_directory_iterator(log_folder()))
      BOOST_REQUIRE(::chown(entry.path().c_str(), user.uid, user.gid) == 0);
  }
};

Event sms(const std::string& id, const std::string& text = "Hello") {
  return tools::sms_events({.id = id, .text = text}).front();
}

std::string everything_in(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files[entry.path()] = read_file(entry.path());
  std::string all;
  for (const auto& [path, text] : files) all += path + "\n" + text + "\n";
  return all;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(replay, RejectedLog)

BOOST_AUTO_TEST_CASE(each_message_is_on_the_log_once_however_often_it_is_run) {
  reject(sms("0C01"), kNow - 3h, Form::get);
  reject(sms("0C02"), kNow - 2h, Form::post);
  reject(sms("0C02"), kNow - 1h, Form::post_json);  // Vonage repeats it
  reject(tools::receipt_event({.id = "0C03"}, kNow), kNow - 50min);
  reject(tools::message_event({.id = "a580f869"}, kNow), kNow - 40min);
  const std::string before = everything_in(rejected_folder());
  for (int run = 0; run < 3; ++run) {
    const Run done = replay();
    BOOST_TEST(done.code == 0, done.output);
    BOOST_TEST(
        contains(done.output,
                 run == 0 ? "\n4 stored, 1 on the log already, 0 still rejected, 0 damaged\n"
                          : "\n0 stored, 5 on the log already, 0 still rejected, 0 damaged\n"),
        done.output);
    const auto lines = log();
    BOOST_REQUIRE(lines.size() == 4U);
    BOOST_TEST(string_of(lines[0], "received") == to_iso(kNow - 3h));
    BOOST_TEST(string_of(lines[0], "remote") == "198.51.100.7");
    BOOST_TEST(string_of(lines[0], "format") == "query");
    BOOST_TEST(string_of(lines[1], "received") == to_iso(kNow - 2h));
    BOOST_TEST(string_of(lines[3]["message"], "message_uuid") == "a580f869");
    for (const auto& line : lines) BOOST_TEST(string_of(line, "signature") == "valid");
  }
  BOOST_TEST((everything_in(rejected_folder()) == before));
}

BOOST_AUTO_TEST_CASE(each_line_is_named_with_what_became_of_it) {
  reject(sms("0C01"));
  receive_wrongly(signed_request(sms("0C02"), kNow - 2h), kNow);
  const std::string file = file_in(rejected_folder());
  BOOST_TEST(replay().output ==
             file + ":1: stored: inbound-sms 0C01\n" + file +
                 ":2: stored: inbound-sms 0C02\n"
                 "2 stored, 0 on the log already, 0 still rejected, 0 damaged\n");
  BOOST_TEST(contains(replay().output, file + ":1: on the log already: inbound-sms 0C01\n"));
}

BOOST_AUTO_TEST_CASE(what_is_not_proven_yet_is_still_rejected) {
  reject(sms("0C01"));
  write_secrets(secrets_path(folder), "a third secret\n");
  const Run done = replay();
  BOOST_TEST(done.code == 1);
  BOOST_TEST(contains(done.output,
                      ":1: still rejected: this does not prove that Vonage sent it: "
                      "the signature is wrong (sig)\n"),
             done.output);
  BOOST_TEST(log().empty());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decoded_is_still_rejected) {
  web::Request request = signed_request(sms("0C01"), kNow, Form::post_json);
  request.body.pop_back();
  receive_wrongly({request}, kNow);
  const Run done = replay();
  BOOST_TEST(done.code == 1);
  BOOST_TEST(contains(done.output, "still rejected: the body is labelled JSON and is not one"),
             done.output);
}

BOOST_AUTO_TEST_CASE(the_age_of_a_proof_is_judged_by_when_its_request_came) {
  const Time received = kNow - 240h;
  receive_wrongly(signed_request(sms("0C01"), received - 24h), received);
  receive_wrongly(signed_request(sms("0C02"), received - 24h - 1s), received);
  receive_wrongly(signed_request(sms("0C03"), received + 5min), received);
  receive_wrongly(signed_request(sms("0C04"), received + 5min + 1s), received);
  const Run done = replay();
  BOOST_TEST(done.code == 1);
  BOOST_TEST(contains(done.output, ":1: stored: "), done.output);
  BOOST_TEST(contains(done.output, ":2: still rejected: "), done.output);
  BOOST_TEST(contains(done.output, ":3: stored: "), done.output);
  BOOST_TEST(contains(done.output, ":4: still rejected: "), done.output);
}

// Stored ten days ago, rejected with the same proof just before that was too old.
BOOST_AUTO_TEST_CASE(a_message_that_was_stored_long_before_is_known) {
  const Time received = kNow - 240h;
  const web::Request request = signed_request(sms("0C01"), received + 5min);
  receive_well(request, received);
  receive_wrongly(request, received + 24h + 5min);
  const Run done = replay();
  BOOST_TEST(contains(done.output, ":1: on the log already: inbound-sms 0C01\n"), done.output);
  BOOST_TEST(log().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_without_an_id_or_a_known_kind_lands_once) {
  Event unknown{vonage::Kind::unrecognized, "", {}};
  unknown.parameters.add("hello", vonage::string_value("there"));
  reject(sms(""), kNow - 2h);
  reject(unknown, kNow - 1h);
  for (int run = 0; run < 2; ++run) {
    BOOST_TEST(replay().code == 0);
    BOOST_TEST(log().size() == 2U);
  }
  BOOST_TEST(contains(replay().output, ":1: on the log already: inbound-sms\n"));
  // Another one with the same text is another message.
  reject(sms(""), kNow);
  BOOST_TEST(contains(replay().output, "1 stored, 2 on the log already"));
}

BOOST_AUTO_TEST_CASE(damaged_lines_are_named_and_passed_over) {
  for (int i = 1; i <= 6; ++i) reject(sms("0C0" + std::to_string(i)), kNow + i * 1us);
  const std::string file = file_in(rejected_folder());
  std::string text = read_file(file);
  const std::string at = to_iso(kNow + 2us), changed = to_iso(kNow + 7us);
  text.replace(text.find(at), at.size(), changed);
  const std::size_t fourth = text.find(to_iso(kNow + 4us));
  text.insert(fourth, "\n");
  write_file(file, text);
  const Run done = replay();
  BOOST_TEST(done.code == 1);
  BOOST_TEST(contains(done.output, file + ":2: passed over: "), done.output);
  BOOST_TEST(contains(done.output, file + ":4: passed over: "), done.output);
  for (const char* line : {":1: stored", ":3: stored", ":6: stored", ":7: stored"})
    BOOST_TEST(contains(done.output, line), done.output);
  BOOST_TEST(log().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_the_same_and_writes_nothing) {
  reject(sms("0C01"));
  reject(sms("0C01", "&="), kNow - 1h);
  reject(sms("0C01", "__"), kNow);
  receive_well(signed_request(sms("0C02"), kNow), kNow);
  receive_wrongly(signed_request(sms("0C02"), kNow), kNow);
  const std::string before = everything_in(folder.path());
  const Run dry = replay({"--dry-run"});
  BOOST_TEST((everything_in(folder.path()) == before));
  BOOST_TEST(dry.code == 0);
  BOOST_TEST(contains(dry.output, ":1: would be stored: inbound-sms 0C01\n"), dry.output);
  BOOST_TEST(contains(dry.output, ":3: on the log already: inbound-sms 0C01\n"), dry.output);
  BOOST_TEST(contains(dry.output, ":4: on the log already: inbound-sms 0C02\n"), dry.output);
  BOOST_TEST(contains(dry.output, "\n2 would be stored, 2 on the log already, 0 still"),
             dry.output);
  BOOST_TEST(contains(replay().output, "\n2 stored, 2 on the log already, 0 still"));
}

// Who forgot the settings of the handler must not put on the log what it kept from there.
BOOST_AUTO_TEST_CASE(without_a_method_nothing_is_taken_unless_that_is_asked_for) {
  reject(sms("0C01"));
  settings.erase("INBOUND_SMS_SIGNATURE_METHOD");
  settings.erase("INBOUND_SMS_SIGNATURE_SECRETS");
  const Run done = replay();
  BOOST_TEST(done.code == 1);
  BOOST_TEST(contains(done.output, "still rejected: INBOUND_SMS_SIGNATURE_METHOD is not set"));
  BOOST_TEST(log().empty());
  BOOST_TEST(replay({"--without-proof"}).code == 0);
  BOOST_REQUIRE(log().size() == 1U);
  BOOST_TEST(string_of(log()[0], "signature") == "none");
}

BOOST_AUTO_TEST_CASE(what_proves_nothing_is_taken_where_that_is_asked_for) {
  reject(sms("0C01"), kNow - 1h);
  web::Request forged = signed_request(sms("0C02"), kNow);
  forged.body += "&more=";
  receive_wrongly(forged, kNow);
  BOOST_TEST(replay().code == 1);
  BOOST_TEST(contains(replay({"--without-proof", "--dry-run"}).output,
                      ":2: would be stored: inbound-sms 0C02\n"));
  BOOST_TEST(replay({"--without-proof"}).code == 0);
  BOOST_REQUIRE(log().size() == 2U);
  BOOST_TEST(string_of(log()[0], "signature") == "valid");
  BOOST_TEST(string_of(log()[1], "signature") == "none");
}

BOOST_AUTO_TEST_CASE(only_the_files_that_are_named_are_sent) {
  reject(sms("0C01"), kNow - 48h);
  const std::string older = file_in(rejected_folder()), copy = folder.path() + "/a copy";
  reject(sms("0C02"), kNow);
  fs::copy_file(older, copy);
  fs::permissions(copy, fs::perms::all);
  fs::remove(older);
  const Run done = replay({copy});
  BOOST_TEST(done.code == 0, done.output);
  BOOST_TEST(done.output == copy +
                                ":1: stored: inbound-sms 0C01\n"
                                "1 stored, 0 on the log already, 0 still rejected, 0 damaged\n");
  BOOST_TEST(replay({copy + "-absent"}).code == 74);
  // A file of messages is none of rejected requests.
  BOOST_TEST(contains(replay({file_in(log_folder())}).output,
                      ":1: still rejected: this is no record of a rejected request\n"));
}

BOOST_AUTO_TEST_CASE(what_is_shown_is_harmless_for_a_terminal) {
  reject(sms("0C\x1b[2J\n\u202e"));
  for (const Run& done : {replay({"--dry-run"}), replay()}) {
    BOOST_TEST(contains(done.output, ":1: "));
    BOOST_TEST(!contains(done.output, "\x1b"));
    BOOST_TEST(!contains(done.output, "\u202e"));
    BOOST_TEST(std::count(done.output.begin(), done.output.end(), '\n') == 2);
  }
}

BOOST_AUTO_TEST_CASE(where_nothing_was_rejected_there_is_nothing_to_do) {
  const Run done = replay();
  BOOST_TEST(done.code == 0);
  BOOST_TEST(done.output == "no file of the rejected log is in " + rejected_folder() +
                                "\n0 stored, 0 on the log already, 0 still rejected, 0 damaged\n");
}

BOOST_AUTO_TEST_CASE(wrong_secrets_and_settings_end_it_before_anything_is_done) {
  reject(sms("0C01"));
  write_secrets(secrets_path(folder), std::string(kSecret) + "\n", 0644);
  BOOST_TEST(replay().code == 77);
  fs::remove(secrets_path(folder));
  BOOST_TEST(replay().code == 78);
  BOOST_TEST(replay({}, {{"INBOUND_SMS_REMEMBER", "long"}}).code == 78);
  BOOST_TEST(log().empty());
}

BOOST_AUTO_TEST_CASE(whoever_is_not_the_owner_is_turned_away,
                     *boost::unit_test::precondition([](boost::unit_test::test_unit_id) {
                       boost::test_tools::assertion_result result(::geteuid() == 0);
                       result.message() << "only root can give a folder to somebody else";
                       return result;
                     })) {
  reject(sms("0C01"));
  BOOST_REQUIRE(::chown(log_folder().c_str(), 0, 0) == 0);
  const Run done = replay();
  BOOST_TEST(done.code == 77);
  BOOST_TEST(contains(done.output, "run this as that user, or as root"), done.output);
}

BOOST_AUTO_TEST_CASE(its_usage) {
  const Run help = replay({"--help"});
  BOOST_TEST(help.code == 0);
  for (const char* option : {"--dry-run", "--without-proof", "--help"})
    BOOST_TEST(contains(help.output, option), option);
  BOOST_TEST(replay({"--dry"}).code == 64);
}

BOOST_AUTO_TEST_SUITE_END()
