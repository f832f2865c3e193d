#include <algorithm>
#include <boost/make_shared.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "doors/cases.h"
#include "doors/door.h"
#include "doors/visit.h"
#include "support/processes.h"
#include "support/secrets.h"
#include "support/wait.h"

using namespace inbound_sms::testing;
namespace ut = boost::unit_test;

// Every door times every case: a suite for each door, in which each case is a row of the table in
// README.md, and one for the same door with a handler that asks for signatures.

namespace {

// The door of one suite: the first case that needs it opens it, the end of the suite closes it.
class SharedDoor {
 public:
  SharedDoor(DoorKind kind, SettingsIn settings)
      : kind_(std::move(kind)), settings_(std::move(settings)) {}

  // When the door does not open, it is not tried again for each case.
  const Door& get() {
    if (!door_ && why_not_.empty()) open();
    BOOST_REQUIRE_MESSAGE(door_, kind_.name + ": " + why_not_);
    return *door_;
  }
  void close() { door_.reset(); }

 private:
  void open() {
    try {
      door_ = kind_.open(settings_);
    } catch (const std::exception& error) {
      why_not_ = error.what();
    }
  }

  DoorKind kind_;
  SettingsIn settings_;
  std::unique_ptr<Door> door_;
  std::string why_not_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Adds what the door said meanwhile to the failure of a case.
class WordsOfFailure {
 public:
  explicit WordsOfFailure(const Door& door) : door_(door), before_(lines_of(door.words())) {}
  WordsOfFailure(const WordsOfFailure&) = delete;
  WordsOfFailure& operator=(const WordsOfFailure&) = delete;
  ~WordsOfFailure() {
    const auto& test = ut::framework::current_test_unit();
    const bool passed = ut::results_collector.results(test.p_id).p_assertions_failed == 0U;
    if (!passed || std::uncaught_exceptions() > exceptions_before_) BOOST_ERROR(words_since());
  }

 private:
  std::string words_since() const {
    std::string words = "the words of the door:";
    for (const std::string& line : lines_of(door_.words())) {
      if (std::find(before_.begin(), before_.end(), line) == before_.end()) words += "\n" + line;
    }
    return words;
  }

  const Door& door_;
  std::vector<std::string> before_;
  int exceptions_before_ = std::uncaught_exceptions();
};

void leaves_no_process(SharedDoor& door) {
  const std::string folder = door.get().folder();
  {
    const WordsOfFailure words(door.get());
    BOOST_TEST(Visit(door.get()).send({}).status == 204);
    BOOST_TEST(!processes_about(folder).empty());
  }
  door.close();
  wait_until([&] { return processes_about(folder).empty(); });
  BOOST_TEST(processes_about(folder) == std::vector<std::string>(),
             boost::test_tools::per_element());
}

void add_suite(const std::string& name, const DoorKind& kind, const SettingsIn& settings,
               const std::vector<Case>& cases) {
  const auto door = std::make_shared<SharedDoor>(kind, settings);
  auto* suite = BOOST_TEST_SUITE(name);
  for (const Case& one : cases) {
    const auto run = [door, one] {
      const WordsOfFailure words(door->get());
      one.run(door->get());
    };
    suite->add(ut::make_test_case(run, one.name, __FILE__, __LINE__));
  }
  const auto last = [door] { leaves_no_process(*door); };
  suite->add(ut::make_test_case(last, "leaves_no_process", __FILE__, __LINE__));
  suite->p_fixtures.value.push_back(
      boost::make_shared<ut::function_based_fixture>([] {}, [door] { door->close(); }));
  ut::framework::current_auto_test_suite().add(suite);
}

Environment no_more_settings(const TemporaryFolder&) {
  return {};
}

Environment signatures(const TemporaryFolder& folder) {
  return ask_for_signatures(folder);
}

std::size_t add_suites() {
  std::vector<Case> cases = delivery_cases();
  cases.insert(cases.end(), answer_cases().begin(), answer_cases().end());
  std::size_t count = 0;
  for (const auto& kinds : {nginx_doors(), lighttpd_doors(), apache_doors()}) {
    for (const DoorKind& kind : kinds) {
      add_suite(kind.name, kind, no_more_settings, cases);
      add_suite(kind.name + "-signed", kind, signatures, signed_cases());
    }
    count += kinds.size();
  }
  return count;
}

const std::size_t kSuites = add_suites();

}  // namespace

BOOST_AUTO_TEST_CASE(there_are_doors) {
  BOOST_TEST(kSuites > 0U);
}
