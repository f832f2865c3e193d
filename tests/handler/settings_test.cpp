#include "settings.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

using namespace inbound_sms;
using namespace std::chrono_literals;
using inbound_sms::testing::TemporaryFolder;

namespace {

using Environment = std::vector<std::string>;

const std::optional<SettingsFile> kNoFile;

std::optional<SettingsFile> file_with(std::string text) {
  return SettingsFile{"/etc/inbound-sms.conf", std::move(text)};
}

Settings accepted(const Environment& environment,
                  const std::optional<SettingsFile>& file = kNoFile) {
  const Result<Settings> settings = parse_settings(environment, file);
  BOOST_REQUIRE_MESSAGE(settings, (settings ? "" : settings.error().text));
  return *settings;
}

// The words of the error, or "accepted".
std::string refused(const Environment& environment,
                    const std::optional<SettingsFile>& file = kNoFile) {
  const Result<Settings> settings = parse_settings(environment, file);
  if (settings) return "accepted";
  BOOST_TEST(settings.error().number == 78);
  BOOST_TEST(settings.error().text.find('\n') == std::string::npos);
  return settings.error().text;
}

bool is_accepted(const std::string& variable) {
  return bool(parse_settings({variable}, kNoFile));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(nothing_set_gives_the_defaults_of_the_table) {
  const Settings settings = accepted({});
  BOOST_TEST(settings.log == "/var/log/inbound-sms/%Y-%m-%d.jsonl");
  BOOST_TEST(settings.rejected == "/var/log/inbound-sms/rejected/%Y-%m-%d.jsonl");
  BOOST_TEST(settings.rejected_max == 64u * 1024 * 1024);
  BOOST_TEST(settings.listen == "");
  BOOST_TEST(settings.listen_mode == 0660u);
  BOOST_TEST(settings.store == "journal");
  BOOST_TEST((settings.remember == 96h));
  BOOST_TEST(settings.max_body == 256u * 1024);
  BOOST_TEST(!settings.signature_method.has_value());
  BOOST_TEST(settings.sandbox);
}

BOOST_AUTO_TEST_CASE(every_setting_is_taken_from_the_environment) {
  const Settings settings =
      accepted({"INBOUND_SMS_LOG=/srv/sms/%Y/%m.jsonl", "INBOUND_SMS_REJECTED=/srv/bad.jsonl",
                "INBOUND_SMS_REJECTED_MAX=1GiB", "INBOUND_SMS_LISTEN=unix:/run/sms.sock",
                "INBOUND_SMS_LISTEN_MODE=0666", "INBOUND_SMS_STORE=journal",
                "INBOUND_SMS_REMEMBER=4d", "INBOUND_SMS_MAX_BODY=1MiB", "INBOUND_SMS_SANDBOX=off"});
  BOOST_TEST(settings.log == "/srv/sms/%Y/%m.jsonl");
  BOOST_TEST(settings.rejected == "/srv/bad.jsonl");
  BOOST_TEST(settings.rejected_max == 1024u * 1024 * 1024);
  BOOST_TEST(settings.listen == "unix:/run/sms.sock");
  BOOST_TEST(settings.listen_mode == 0666u);
  BOOST_TEST((settings.remember == 96h));
  BOOST_TEST(settings.max_body == 1024u * 1024);
  BOOST_TEST(!settings.sandbox);
}

BOOST_AUTO_TEST_CASE(other_programs_variables_are_passed_over) {
  accepted({"PATH=/bin", "HTTP_PROXY=x", "INBOUND=1", "no equals sign"});
}

BOOST_AUTO_TEST_CASE(the_environment_comes_before_the_file) {
  const Settings settings =
      accepted({"INBOUND_SMS_REMEMBER=72h"}, file_with("INBOUND_SMS_REMEMBER=90s\n"
                                                       "INBOUND_SMS_MAX_BODY=64KiB\n"));
  BOOST_TEST((settings.remember == 72h));
  BOOST_TEST(settings.max_body == 64u * 1024);
}

BOOST_AUTO_TEST_CASE(a_file_has_comments_blank_lines_and_blanks_at_the_ends_that_do_not_count) {
  const Settings settings = accepted({}, file_with("# where messages go\r\n"
                                                   "\r\n"
                                                   "  INBOUND_SMS_LOG = /srv/my sms/log.jsonl \r\n"
                                                   "\t# INBOUND_SMS_SANDBOX=maybe\n"
                                                   "INBOUND_SMS_SANDBOX=off"));
  BOOST_TEST(settings.log == "/srv/my sms/log.jsonl");
  BOOST_TEST(!settings.sandbox);
}

BOOST_AUTO_TEST_CASE(nothing_is_quoted_in_a_file) {
  BOOST_TEST(refused({}, file_with("INBOUND_SMS_SANDBOX=\"on\"")) ==
             "INBOUND_SMS_SANDBOX=\"on\" (/etc/inbound-sms.conf, line 1): allowed is on or off");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_an_error_in_the_environment_and_in_the_file) {
  BOOST_TEST(refused({"INBOUND_SMS_LOGG=/x"}) ==
             "INBOUND_SMS_LOGG (environment): no setting has this name; the README lists them all");
  BOOST_TEST(refused({}, file_with("\nINBOUND_SMS_LOGG=/x")) ==
             "INBOUND_SMS_LOGG (/etc/inbound-sms.conf, line 2): no setting has this name; the "
             "README lists them all");
  BOOST_TEST(
      refused({}, file_with("PATH=/bin")).starts_with("PATH (/etc/inbound-sms.conf, line 1)"));
  BOOST_TEST(refused({}, file_with("INBOUND_SMS_CONFIG=/x")).starts_with("INBOUND_SMS_CONFIG ("));
}

BOOST_AUTO_TEST_CASE(a_secret_that_stands_where_the_method_should_is_not_shown) {
  BOOST_TEST(
      refused({"INBOUND_SMS_SIGNATURE_METHOD=mySecret"})
          .starts_with("INBOUND_SMS_SIGNATURE_METHOD=... (environment): allowed is md5hash"));
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_setting_is_an_error_with_its_number) {
  BOOST_TEST(refused({}, file_with("# one\nINBOUND_SMS_SANDBOX on\n")) ==
             "/etc/inbound-sms.conf, line 2: it is neither NAME=value nor # comment");
}

BOOST_AUTO_TEST_CASE(a_name_that_stands_twice_in_the_file_is_an_error) {
  BOOST_TEST(refused({}, file_with("INBOUND_SMS_SANDBOX=on\nINBOUND_SMS_SANDBOX=off\n")) ==
             "/etc/inbound-sms.conf, line 2: INBOUND_SMS_SANDBOX stands there for the second time");
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_named_with_what_is_allowed) {
  BOOST_TEST(refused({"INBOUND_SMS_REMEMBER=4 days"}) ==
             "INBOUND_SMS_REMEMBER=4 days (environment): allowed is a duration from 1s to 3650d, "
             "such as 90s, 5m, 72h or 4d");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_a_wrong_value) {
  // A variable that a script failed to fill must not switch the check of signatures off.
  BOOST_TEST(refused({"INBOUND_SMS_SIGNATURE_METHOD="})
                 .starts_with("INBOUND_SMS_SIGNATURE_METHOD= (environment): allowed is md5hash"));
  for (const char* name : {"LOG", "REJECTED", "REJECTED_MAX", "LISTEN", "LISTEN_MODE", "STORE",
                           "REMEMBER", "MAX_BODY", "SIGNATURE_SECRETS", "SANDBOX"})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_") + name + "="), name);
}

BOOST_AUTO_TEST_CASE(durations) {
  const auto remember = [](const std::string& value) {
    return accepted({"INBOUND_SMS_REMEMBER=" + value}).remember;
  };
  BOOST_TEST((remember("90s") == 90s));
  BOOST_TEST((remember("5m") == 5min));
  BOOST_TEST((remember("72h") == 72h));
  BOOST_TEST((remember("4d") == 96h));
  for (const char* wrong : {"90", "s", "0s", "-1s", "+1s", "1.5h", "1 h", "1w", "4D", "4dd",
                            "3651d", "99999999999999999999s", "0x1s"})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_REMEMBER=") + wrong), wrong);
}

BOOST_AUTO_TEST_CASE(sizes) {
  const auto most = [](const std::string& value) {
    return accepted({"INBOUND_SMS_REJECTED_MAX=" + value}).rejected_max;
  };
  BOOST_TEST(most("0") == 0u);
  BOOST_TEST(most("65536") == 65536u);
  BOOST_TEST(most("64KiB") == 65536u);
  BOOST_TEST(most("1MiB") == 1048576u);
  BOOST_TEST(most("1024GiB") == std::uint64_t(1) << 40);
  for (const char* wrong : {"64KB", "64K", "64 KiB", "64kib", "-1", "1.5MiB", "KiB", "1025GiB",
                            "18446744073709551616", "17179869184GiB"})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_REJECTED_MAX=") + wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_body_limit_has_bounds_that_fit_into_memory) {
  BOOST_TEST(is_accepted("INBOUND_SMS_MAX_BODY=1024"));
  BOOST_TEST(is_accepted("INBOUND_SMS_MAX_BODY=2MiB"));
  BOOST_TEST(!is_accepted("INBOUND_SMS_MAX_BODY=1023"));
  BOOST_TEST(!is_accepted("INBOUND_SMS_MAX_BODY=2097153"));
}

BOOST_AUTO_TEST_CASE(a_log_is_an_absolute_path_with_conversions_in_the_order_of_time) {
  for (const char* right : {"/log", "/srv/%Y.jsonl", "/srv/%Y/%m/%d/%H.jsonl", "/srv/%Y-%m.jsonl"})
    BOOST_TEST(is_accepted(std::string("INBOUND_SMS_LOG=") + right), right);
  for (const char* wrong : {"log.jsonl", "./log", "~/log", "/srv/", "/srv/%Y/", "/srv/%d-%m-%Y",
                            "/srv/%Y-%Y", "/srv/%Y-%M", "/srv/100%", "/srv/%%Y", "/srv/a\tb"})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_LOG=") + wrong), wrong);
}

BOOST_AUTO_TEST_CASE(the_rejected_log_stands_in_the_logs_folder_unless_it_is_set) {
  BOOST_TEST(accepted({"INBOUND_SMS_LOG=/srv/sms/%Y/%m.jsonl"}).rejected ==
             "/srv/sms/rejected/%Y-%m-%d.jsonl");
  BOOST_TEST(accepted({"INBOUND_SMS_LOG=/log-%Y"}).rejected == "/rejected/%Y-%m-%d.jsonl");
}

BOOST_AUTO_TEST_CASE(the_rejected_log_may_not_have_the_logs_own_folder) {
  for (const char* same : {"/srv/sms/bad-%Y.jsonl", "/srv//sms/bad.jsonl",
                           "/srv/x/../sms/bad.jsonl", "/srv/sms/./bad.jsonl"})
    BOOST_TEST(
        refused({"INBOUND_SMS_LOG=/srv/sms/%Y.jsonl", std::string("INBOUND_SMS_REJECTED=") + same})
            .ends_with("another folder than the log's, /srv/sms/ (each log has a lock and a "
                       ".synced of its own)"),
        same);
}

BOOST_AUTO_TEST_CASE(addresses_to_listen_on) {
  for (const char* right : {"unix:/run/sms.sock", "127.0.0.1:9000", "localhost:1", "[::1]:65535"})
    BOOST_TEST(is_accepted(std::string("INBOUND_SMS_LISTEN=") + right), right);
  const std::string long_path = "unix:/" + std::string(107, 'x');
  for (const char* wrong : {"unix:run/sms.sock", "unix:", "unix:/run/", "/run/sms.sock", ":9000",
                            "9000", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1:9000",
                            "host:9000x", "http://host:9000", long_path.c_str()})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_LISTEN=") + wrong), wrong);
}

BOOST_AUTO_TEST_CASE(the_mode_of_the_socket_is_octal) {
  BOOST_TEST(accepted({"INBOUND_SMS_LISTEN_MODE=600"}).listen_mode == 0600u);
  BOOST_TEST(accepted({"INBOUND_SMS_LISTEN_MODE=0"}).listen_mode == 0u);
  for (const char* wrong : {"0888", "01777", "-0", "rw-rw----", "0o660"})
    BOOST_TEST(!is_accepted(std::string("INBOUND_SMS_LISTEN_MODE=") + wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_store_that_this_build_lacks_is_refused_without_showing_its_password) {
  BOOST_TEST(refused({"INBOUND_SMS_STORE=postgresql://me:secret@db/sms"}) ==
             "INBOUND_SMS_STORE=postgresql://... (environment): allowed is journal; this build has "
             "no PostgreSQL store");
}

BOOST_AUTO_TEST_CASE(one_half_of_the_signature_settings_is_an_error) {
  BOOST_TEST(refused({"INBOUND_SMS_SIGNATURE_METHOD=md5hash"}) ==
             "INBOUND_SMS_SIGNATURE_METHOD=md5hash: allowed only together with "
             "INBOUND_SMS_SIGNATURE_SECRETS");
  BOOST_TEST(refused({"INBOUND_SMS_SIGNATURE_SECRETS=/etc/secrets"}) ==
             "INBOUND_SMS_SIGNATURE_SECRETS=/etc/secrets: allowed only together with "
             "INBOUND_SMS_SIGNATURE_METHOD");
}

BOOST_AUTO_TEST_CASE(each_signature_method_is_known_by_vonages_word) {
  using vonage::SignatureMethod;
  const std::pair<const char*, SignatureMethod> methods[] = {
      {"md5hash", SignatureMethod::md5hash},       {"md5hmac", SignatureMethod::md5hmac},
      {"sha1hmac", SignatureMethod::sha1hmac},     {"sha256hmac", SignatureMethod::sha256hmac},
      {"sha512hmac", SignatureMethod::sha512hmac}, {"token", SignatureMethod::token}};
  for (const auto& [word, method] : methods) {
    const Settings settings =
        accepted({std::string("INBOUND_SMS_SIGNATURE_METHOD=") + word,
                  "INBOUND_SMS_SIGNATURE_SECRETS=/etc/secrets", "INBOUND_SMS_REMEMBER=5h"});
    BOOST_TEST((settings.signature_method == method), word);
    BOOST_TEST((proof_rules(settings)->method == method));
    BOOST_TEST((proof_rules(settings)->max_age == 5h));
  }
  BOOST_TEST(!is_accepted("INBOUND_SMS_SIGNATURE_METHOD=MD5HASH"));
  BOOST_TEST(!proof_rules(accepted({})).has_value());
}

// Taken once in its last second, dated ahead, a proof could be shown again later than that.
BOOST_AUTO_TEST_CASE(keys_are_remembered_longer_than_any_proof_is_taken) {
  const Settings settings = accepted({"INBOUND_SMS_REMEMBER=5h"});
  BOOST_TEST((time_to_remember(settings) > settings.remember + vonage::kMostAhead));
  BOOST_TEST((time_to_remember(settings) == 5h + 10min));
  const Settings proven =
      accepted({"INBOUND_SMS_REMEMBER=5h", "INBOUND_SMS_SIGNATURE_METHOD=sha256hmac",
                "INBOUND_SMS_SIGNATURE_SECRETS=/s"});
  BOOST_TEST((time_to_remember(proven) == 72h + 5h + 10min));
}

BOOST_AUTO_TEST_CASE(the_file_that_config_names_is_read) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/my.conf";
  std::ofstream(path) << "INBOUND_SMS_SANDBOX=off\n";
  const auto found = find_settings_file(path);
  BOOST_REQUIRE(found);
  BOOST_REQUIRE(found->has_value());
  BOOST_TEST((*found)->path == path);
  BOOST_TEST((*found)->text == "INBOUND_SMS_SANDBOX=off\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_config_names_must_be_there_and_have_an_absolute_path) {
  const TemporaryFolder folder;
  const auto absent = find_settings_file(folder.path() + "/no.conf");
  BOOST_REQUIRE(!absent);
  BOOST_TEST(absent.error().text == "INBOUND_SMS_CONFIG=" + folder.path() +
                                        "/no.conf (environment): there is no such file");
  BOOST_TEST(!find_settings_file("inbound-sms.conf"));
  BOOST_TEST(!find_settings_file(""));
}

BOOST_AUTO_TEST_CASE(a_settings_file_that_cannot_be_read_is_not_passed_over) {
  const TemporaryFolder folder;
  const auto found = find_settings_file(folder.path());
  BOOST_REQUIRE(!found);
  BOOST_TEST(found.error().number == 78);
  BOOST_TEST(found.error().text == "read settings file " + folder.path() + ": Is a directory");
}

BOOST_AUTO_TEST_CASE(without_config_the_file_beside_the_program_is_read) {
  const std::filesystem::path beside =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "inbound-sms.conf";
  BOOST_REQUIRE(!std::filesystem::exists(beside));
  std::ofstream(beside) << "INBOUND_SMS_SANDBOX=off\n";
  const auto found = find_settings_file(std::nullopt);
  std::filesystem::remove(beside);
  BOOST_REQUIRE(found);
  BOOST_REQUIRE(found->has_value());
  BOOST_TEST((*found)->path == beside.string());
}

BOOST_AUTO_TEST_SUITE_END()
