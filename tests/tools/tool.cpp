#include "tools/tool.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "log/record.h"
#include "support/handler.h"
#include "support/ordinary_user.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

// The tool stands beside the folder of the test programs.
std::vector<std::string> command(const std::vector<std::string>& arguments) {
  const std::string path = program("inbound-sms");
  BOOST_REQUIRE_MESSAGE(std::filesystem::exists(path), path + " must be built before its tests");
  std::vector<std::string> words{path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

void give_to_ordinary_user(const std::string& path) {
  const OrdinaryUser user = ordinary_user();
  BOOST_REQUIRE(::chown(path.c_str(), user.uid, user.gid) == 0);
}

}  // namespace

Tool::Tool(const std::vector<std::string>& arguments, const Environment& environment)
    : process_(command(arguments), environment, folder_.path() + "/output") {}

bool Tool::comes_to_show(const std::string& text) const {
  return wait_until([&] { return shows(text); });
}

int Tool::end_by(int number) {
  process_.signal(number);
  return process_.wait();
}

std::string WrittenLog::append(const std::string& day, const std::string& text) {
  const bool fresh = !std::filesystem::exists(file(day));
  const std::string parameters = R"({"msisdn":"A","to":"B","text":")" + text + "\"}";
  log::MessageRecord message{};
  message.kind = "inbound-sms";
  message.signature = "none";
  message.message = parameters;
  std::string line;
  digits_ = log::append_line(line, fresh ? "" : digits_, log::to_record(message).body);
  std::ofstream(file(day), std::ios::app) << line;
  if (fresh) give_to_ordinary_user(file(day));
  return line;
}

boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(::geteuid() == 0);
  result.message() << "only root can become somebody else, and give files away";
  return result;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  give_to_ordinary_user(path);
}

}  // namespace inbound_sms::testing
