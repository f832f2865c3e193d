#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "disks/delivery.h"
#include "disks/load.h"
#include "support/cgi_process.h"
#include "support/handler.h"
#include "support/message.h"

using namespace inbound_sms::testing;
namespace fs = std::filesystem;

// The clock of the real program jumps (libfaketime) while messages and repeats arrive. Its file is
// in the log's folder, the only one that may be read from the handler's sandbox.

namespace {

// The library of Debian's package faketime; empty where it is not.
std::string library() {
  std::error_code none;
  for (const auto& folder : fs::directory_iterator("/usr/lib", none)) {
    const fs::path path = folder.path() / "faketime/libfaketimeMT.so.1";
    if (fs::exists(path, none)) return path;
  }
  return "";
}

class FalseClock {
 public:
  explicit FalseClock(const TemporaryFolder& folder) : file_(folder.path() + "/clock") {}

  // From now on it is this time (UTC) for all who are started with settings().
  void set(const std::string& time) const {
    std::ofstream(file_ + ".new") << time << "\n";
    fs::rename(file_ + ".new", file_);
  }

  Environment settings() const {
    return {{"LD_PRELOAD", library()},
            {"FAKETIME_TIMESTAMP_FILE", file_},
            {"FAKETIME_NO_CACHE", "1"},  // read it at each look at the clock
            {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
            {"TZ", "UTC"}};
  }

 private:
  std::string file_;
};

boost::test_tools::assertion_result can_set_clocks(boost::unit_test::test_unit_id) {
  const TemporaryFolder folder;
  const FalseClock clock(folder);
  clock.set("2026-11-24 12:00:00");
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::string said = "a sanitizer wants to be loaded first";
#else
  ChildProcess probe({"date", "+%F %T"}, clock.settings(), folder.path() + "/out");
  probe.wait();
  const std::string said = probe.output();
#endif
  boost::test_tools::assertion_result can(said == "2026-11-24 12:00:00\n");
  can.message() << "libfaketime does not work here: " << said;
  return can;
}

std::map<std::string, std::uintmax_t> sizes_of_files(const std::string& folder) {
  std::map<std::string, std::uintmax_t> sizes;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".jsonl") sizes[entry.path().filename()] = entry.file_size();
  return sizes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_message_is_stored_once_and_no_file_is_gone_back_to_when_clocks_jump,
                     *boost::unit_test::precondition(can_set_clocks)) {
  const TemporaryFolder folder;
  const FalseClock clock(folder);
  clock.set("2026-11-24 12:30:00");
  Environment settings = clock.settings();
  settings["INBOUND_SMS_LOG"] = folder.path() + "/%Y-%m-%d-%H.jsonl";
  Handler first(folder, settings);
  settings["INBOUND_SMS_LISTEN"] = "unix:" + folder.path() + "/second";
  Handler second(folder, settings);
  settings.erase("INBOUND_SMS_LISTEN");
  const Deliver cgi = [&](const std::string& id) {
    Environment variables = settings;
    variables["QUERY_STRING"] = message(id);
    CgiProcess process(folder, variables);
    process.finish_sending();
    return status_of(process.answer());
  };

  std::vector<std::string> ids;
  {
    const Load load(2, {over_fastcgi(first.address()), over_fastcgi(second.address())});
    std::map<std::string, std::uintmax_t> left;  // files that are not to be written any more
    for (const char* time : {"24 12:30:00", "24 13:30:00", "24 12:30:00", "24 14:30:00",
                             "24 23:59:59", "25 00:00:01", "24 23:59:50", "25 01:00:00"}) {
      clock.set(std::string("2026-11-") + time);
      BOOST_TEST(load.goes_on(20));
      ids = load.acknowledged();
      for (std::size_t i = 0; i < ids.size(); i += 1 + ids.size() / 10)
        for (const Deliver& door : {over_fastcgi(first.address()), cgi})
          BOOST_TEST(door(ids[i]) == 204);
      auto sizes = sizes_of_files(folder.path());
      for (const auto& [name, size] : left) BOOST_TEST(sizes[name] == size, name << " at " << time);
      sizes.erase(std::prev(sizes.end()));
      left = sizes;
    }
    ids = load.acknowledged();
  }
  const auto files = sizes_of_files(folder.path());
  BOOST_TEST_MESSAGE(ids.size() << " messages in " << files.size() << " files");
  BOOST_TEST(files.size() == 6U);
  check_log(folder.path(), ids);
}
