#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "hostile/peer.h"
#include "support/message.h"
#include "support/slow_disk.h"
#include "support/wait.h"

// Peers that take back what they asked for: ABORT_REQUEST at each point, and going away.

using namespace inbound_sms::testing;

namespace {

const std::string kTakeBack = record(kAbort, 1, "");

std::vector<HostilePeer> aborters() {
  const std::string all = pairs(new_message());
  const std::string head = begin(1, true);
  const std::string part = record(kParams, 1, all.substr(0, all.size() / 2));
  const std::string whole = stream(kParams, 1, all);
  const std::string one_way = begin(1, false);
  return {
      {"before BEGIN_REQUEST", sends(kTakeBack), {"open"}},
      {"before PARAMS", sends(head + kTakeBack), {"END 0", "open"}},
      {"in PARAMS", sends(head + part + kTakeBack), {"END 0", "open"}},
      {"behind PARAMS", sends(head + whole + kTakeBack), {"END 0", "open"}},
      {"in STDIN", sends(head + whole + record(kStdin, 1, "x") + kTakeBack), {"END 0", "open"}},
      {"with content and padding",
       sends(head + record(kAbort, 1, "content", 9)),
       {"END 0", "open"}},
      {"and the rest of it",
       sends(head + kTakeBack + whole + stream(kStdin, 1, "x")),
       {"END 0", "open"}},
      {"of another request",
       sends(head + record(kAbort, 2, "") + whole + stream(kStdin, 1, "")),
       {"204", "open"}},
      {"of a request that waits for the one before",
       sends(good_request(true) + begin(2, true) + record(kAbort, 2, "")),
       {"204", "END 0", "open"}},
      {"who does not keep the connection", sends(one_way + part + kTakeBack), {"END 0", "closed"}},
      {"and no more to come", finishes_after(head + part + kTakeBack), {"END 0", "closed"}},
  };
}

// True when the message is in the log, synced or not.
bool is_written(const TemporaryFolder& folder, const std::string& id) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/log", none))
    if (read_file(entry.path()).find(id) != std::string::npos) return true;
  return false;
}

void take_back_while_the_commit_runs(Listen listen) {
  const TemporaryFolder folder;
  Handler handler(folder, traced(), listen, slow_sync(500));
  FastCgiClient client(handler.address());
  client.send(request(1, get(message("0CAB")), "", true));
  BOOST_TEST(wait_until([&] { return is_written(folder, "0CAB"); }));
  client.send(kTakeBack);
  BOOST_TEST(hear(client) == "END 0");
  FastCgiClient gone(handler.address());
  gone.send(request(1, get(message("0CAC")), "", true));
  BOOST_TEST(wait_until([&] { return is_written(folder, "0CAC"); }));
  gone.hang_up();
  // Sent again, as Vonage would.
  client.send(request(2, get(message("0CAB")), "", true));
  BOOST_TEST(client.answer(2).status() == 204);
  client.send(request(3, get(message("0CAC")), "", true));
  BOOST_TEST(client.answer(3).status() == 204);
  const auto log = handler.log();
  BOOST_REQUIRE(log.size() == 2);
  BOOST_TEST(is_message(log[0], "0CAB"));
  BOOST_TEST(is_message(log[1], "0CAC"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(aborts)

BOOST_DATA_TEST_CASE(an_abort_is_answered_wherever_it_comes, kBothSockets, listen) {
  endure(aborters(), listen);
}

BOOST_DATA_TEST_CASE(an_abort_after_the_answer_is_ignored, kBothSockets, listen) {
  Siege siege(listen);
  FastCgiClient client = siege.connect();
  client.send(good_request(true));
  BOOST_TEST(hear(client) == "204");
  client.send(kTakeBack + good_request(true));
  BOOST_TEST(hear(client) == "204");
  siege.count_stored(2);
}

BOOST_AUTO_TEST_CASE(what_was_taken_back_while_its_commit_ran_is_on_the_log_once,
                     *boost::unit_test::precondition(can_slow_syncs)) {
  for (const Listen listen : kBothSockets) take_back_while_the_commit_runs(listen);
}

BOOST_AUTO_TEST_SUITE_END()
