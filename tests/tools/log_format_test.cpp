#include <rapidjson/document.h>
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <fstream>

#include "base/hex.h"
#include "log/record.h"
#include "vonage/identity.h"
#include "vonage/json.h"

using namespace inbound_sms;

// doc/log-format.md is what others write their readers by: its examples must be right. Tests run
// in the project's folder.

namespace {

constexpr std::size_t kEnding = 18;  // ,"crc":"xxxxxxxx"}

// The indented records of the page, in order: two of the log, one of the rejected log.
std::vector<std::string> examples() {
  std::ifstream page("doc/log-format.md");
  BOOST_REQUIRE_MESSAGE(page, "doc/log-format.md cannot be read");
  std::vector<std::string> lines;
  const std::string indent = "    ";
  for (std::string line; std::getline(page, line);)
    if (line.starts_with(indent + "{")) lines.push_back(line.substr(indent.size()));
  BOOST_REQUIRE(lines.size() == 3u);
  return lines;
}

// As the page says it, and without our own code.
std::string crc_of(const std::string& previous_digits, const std::string& line) {
  const std::string bytes = previous_digits + line.substr(0, line.size() - kEnding);
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), uInt(bytes.size()));
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08lx", crc);
  return digits;
}

rapidjson::Document parsed(const std::string& line) {
  rapidjson::Document document;
  document.Parse(line.c_str());
  BOOST_REQUIRE(!document.HasParseError());
  BOOST_REQUIRE(document.IsObject());
  return document;
}

std::vector<std::string> names_of(const rapidjson::Document& record) {
  std::vector<std::string> names;
  for (const auto& member : record.GetObject()) names.emplace_back(member.name.GetString());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(log_format_page)

BOOST_AUTO_TEST_CASE(the_crc_of_each_example_is_right) {
  const std::vector<std::string> lines = examples();
  const std::string first = crc_of("", lines[0]);
  BOOST_TEST(lines[0].ends_with(",\"crc\":\"" + first + "\"}"));
  BOOST_TEST(lines[1].ends_with(",\"crc\":\"" + crc_of(first, lines[1]) + "\"}"));
  BOOST_TEST(lines[2].ends_with(",\"crc\":\"" + crc_of("", lines[2]) + "\"}"));
}

BOOST_AUTO_TEST_CASE(each_example_is_one_json_object_with_its_members_in_order) {
  const std::vector<std::string> lines = examples();
  const std::vector<std::string> message = {"received",  "kind",    "format", "remote",
                                            "signature", "message", "key",    "crc"};
  const std::vector<std::string> rejected = {
      "received", "reason", "status", "method", "content_type", "remote", "query", "body", "crc"};
  BOOST_TEST(names_of(parsed(lines[0])) == message, boost::test_tools::per_element());
  BOOST_TEST(names_of(parsed(lines[1])) == message, boost::test_tools::per_element());
  BOOST_TEST(names_of(parsed(lines[2])) == rejected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_key_of_each_example_is_that_of_its_message) {
  const std::vector<std::string> lines = examples();
  const std::vector<vonage::Kind> kinds = {vonage::Kind::inbound_sms,
                                           vonage::Kind::delivery_receipt};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::size_t from = lines[i].find("\"message\":") + 10;
    const std::size_t to = lines[i].find(",\"key\":");
    const auto message = vonage::parse_json_object(lines[i].substr(from, to - from));
    BOOST_REQUIRE(message);
    const auto key = vonage::identity(kinds[i], message->parameters);
    BOOST_REQUIRE(key.has_value());
    BOOST_TEST(parsed(lines[i])["key"].GetString() == to_hex(*key));
  }
}

BOOST_AUTO_TEST_SUITE_END()
