#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "hostile/peer.h"

// Peers whose records are not those that belong there: section by section what
// src/web/request_framer.h says is answered, ignored, made to wait and refused.

using namespace inbound_sms::testing;

namespace {

using Words = std::vector<std::string>;

const std::string kInjected = pairs({{"QUERY_STRING", "messageId=injected"}});
const std::string kUnknown = record(77, 0, kInjected);
const std::string kMpxsConns = pairs({{"FCGI_MPXS_CONNS", ""}});
const std::string kHead = pairs({{"REQUEST_METHOD", "HEAD"}, {"QUERY_STRING", ""}});

std::string params() {
  return pairs(new_message());
}

// A request into which `stray` was thrown at each place, also into the middle of a pair.
std::string thrown_into(const std::string& stray) {
  const std::string all = params();
  const std::size_t half = all.size() / 2;
  return stray + begin(1, true) + stray + record(kParams, 1, all.substr(0, half)) + stray +
         record(kParams, 1, all.substr(half)) + stray + record(kParams, 1, "") + stray +
         record(kStdin, 1, "unread") + stray + record(kStdin, 1, "");
}

Words times(int count, const std::string& word, Words rest) {
  rest.insert(rest.begin(), std::size_t(count), word);
  return rest;
}

std::vector<HostilePeer> management() {
  return {
      {"GET_VALUES of four times FCGI_MPXS_CONNS",
       sends(record(kGetValues, 0, kMpxsConns + kMpxsConns + kMpxsConns + kMpxsConns) +
             good_request(true)),
       {"VALUES FCGI_MPXS_CONNS=0 ", "204", "open"}},
      {"GET_VALUES of nothing, and of what nobody knows",
       sends(record(kGetValues, 0, "") + record(kGetValues, 0, pairs({{"PATH", "x"}, {"", ""}}))),
       {"VALUES ", "VALUES ", "open"}},
      {"GET_VALUES everywhere", sends(thrown_into(record(kGetValues, 0, kMpxsConns))),
       times(6, "VALUES FCGI_MPXS_CONNS=0 ", {"204", "open"})},
      {"an unknown management record everywhere", sends(thrown_into(kUnknown)),
       times(6, "UNKNOWN_TYPE 77", {"204", "open"})},
      {"an empty unknown management record everywhere", sends(thrown_into(record(77, 0, ""))),
       times(6, "UNKNOWN_TYPE 77", {"204", "open"})},
      {"records of a request with the id 0",
       sends(begin(0, true) + record(kParams, 0, "x") + record(kAbort, 0, "")),
       {"UNKNOWN_TYPE 1", "UNKNOWN_TYPE 4", "UNKNOWN_TYPE 2", "open"}},
      {"management records of each unknown type that there can be",
       sends(record(0, 0, "x") + record(255, 0, std::string(65535, 'x'), 255)),
       {"UNKNOWN_TYPE 0", "UNKNOWN_TYPE 255", "open"}},
  };
}

std::vector<HostilePeer> strangers() {
  std::string wrong_version = good_request(true);
  wrong_version[0] = 2;
  return {
      {"HTTP",
       sends("GET /webhooks/inbound-sms?messageId=1 HTTP/1.1\r\nHost: x\r\n\r\n"),
       {"closed"}},
      {"a TLS ClientHello",
       sends(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) +
             std::string(508, 'x')),
       {"closed"}},
      {"version 2", sends(wrong_version), {"closed"}},
      {"version 0", sends(std::string(8, '\0')), {"closed"}},
      {"version 2 in the middle of a request",
       sends(begin(1, true) + record(kParams, 1, params()) + std::string(8, '\2')),
       {"closed"}},
      {"an unknown role",
       sends(begin(1, true, 99) + stream(kParams, 1, params()) + stream(kStdin, 1, "")),
       {"END 3", "open"}},
      {"the role 0", sends(begin(1, true, 0)), {"END 3", "open"}},
      {"an Authorizer who does not keep the connection",
       sends(begin(1, false, 2)),
       {"END 3", "closed"}},
      {"a Filter",
       sends(begin(1, true, 3) + stream(kParams, 1, params()) + stream(kStdin, 1, "") +
             stream(kData, 1, "x")),
       {"END 3", "open"}},
  };
}

std::vector<HostilePeer> misplaced() {
  const std::string head = begin(1, true);
  const std::string end = record(kParams, 1, "");
  const std::string last = record(kStdin, 1, "");
  return {
      {"a second request beside the first",
       sends(head + begin(2, true) + stream(kParams, 2, kInjected) + record(kParams, 1, params()) +
             begin(3, false) + end + stream(kStdin, 2, "x") + last),
       {"END 1", "END 1", "204", "open"}},
      {"the same request twice", sends(head + head), {"closed"}},
      {"the same request twice, in its STDIN",
       sends(head + stream(kParams, 1, params()) + head),
       {"closed"}},
      {"PARAMS and STDIN without a BEGIN",
       sends(stream(kParams, 1, kInjected) + stream(kStdin, 1, "x")),
       {"open"}},
      {"STDIN before the end of PARAMS",
       sends(head + record(kParams, 1, params()) + last),
       {"closed"}},
      {"PARAMS after their end",
       sends(head + stream(kParams, 1, params()) + record(kParams, 1, kInjected)),
       {"closed"}},
      {"a second end of PARAMS", sends(head + stream(kParams, 1, params()) + end), {"closed"}},
      {"records of other ids with and without length",
       sends(head + record(kStdin, 2, "") + record(kParams, 1, params()) +
             record(kParams, 2, kInjected) + record(kParams, 2, "") + end + record(kStdin, 2, "") +
             last),
       {"204", "open"}},
      {"STDIN of a request that is over",
       sends(good_request(true) + stream(kStdin, 1, "late") + record(kParams, 1, kInjected) +
             good_request(true, 2)),
       {"204", "204", "open"}},
      {"DATA, STDOUT, END_REQUEST and unknown types of its own request",
       sends(head + record(kData, 1, kInjected) + record(kParams, 1, params()) +
             record(kStdout, 1, "x") + end + record(kEnd, 1, std::string(8, 'x')) +
             record(200, 1, kInjected) + record(200, 1, "") + record(kData, 1, "") + last),
       {"204", "open"}},
      {"ids of 65535", sends(good_request(true, 65535)), {"204", "open"}},
      {"ten requests ahead",
       sends(good_request(true) + good_request(true) + good_request(true) + good_request(true) +
             good_request(true) + good_request(true) + good_request(true) + good_request(true) +
             good_request(true) + good_request(true)),
       times(10, "204", {"open"})},
      {"requests ahead, and one that ends the connection",
       sends(good_request(true) + good_request(false) + good_request(true)),
       {"204", "204", "closed"}},
      {"nothing but HEAD, whose records are all empty",
       sends(head + stream(kParams, 1, kHead) + last),
       {"HEAD 204", "open"}},
  };
}

std::vector<HostilePeer> padded() {
  std::vector<HostilePeer> peers;
  for (const std::uint8_t padding : {0, 1, 7, 8, 255}) {
    const std::string name = " with padding of " + std::to_string(padding);
    const auto served = [&](const std::string& what, const std::string& bytes) {
      peers.push_back({what + name, sends(bytes), {"204", "open"}});
    };
    served("BEGIN_REQUEST",
           begin(1, true, 1, padding) + stream(kParams, 1, params()) + stream(kStdin, 1, ""));
    served("the end of PARAMS", begin(1, true) + record(kParams, 1, params()) +
                                    record(kParams, 1, "", padding) + stream(kStdin, 1, "x"));
    served("all records", begin(1, true, 1, padding) + stream(kParams, 1, params(), 9, padding) +
                              stream(kStdin, 1, "body", 1, padding));
    peers.push_back(
        {"management" + name,
         sends(record(77, 0, "x", padding) + record(kGetValues, 0, kMpxsConns, padding) +
               record(kStdin, 9, "", padding)),
         {"UNKNOWN_TYPE 77", "VALUES FCGI_MPXS_CONNS=0 ", "open"}});
  }
  return peers;
}

void byte_by_byte(FastCgiClient& client) {
  for (const char byte : good_request(true)) client.send({&byte, 1});
}

// One request after the other, their PARAMS cut in two at every byte.
HostilePeer cuts_everywhere() {
  std::string requests;
  int count = 0;
  for (std::size_t cut = 1; cut < params().size(); ++cut, ++count) {
    const std::string all = params();
    requests += begin(1, true) + record(kParams, 1, all.substr(0, cut)) +
                record(kParams, 1, all.substr(cut)) + record(kParams, 1, "") +
                stream(kStdin, 1, "");
  }
  return {"PARAMS cut in two at every byte", sends(requests), times(count, "204", {"open"})};
}

std::vector<HostilePeer> cut() {
  const std::string a_byte_a_record =
      begin(1, true) + stream(kParams, 1, params(), 1) + stream(kStdin, 1, "body", 1);
  return {{"byte by byte", byte_by_byte, {"204", "open"}},
          {"a byte a record", sends(a_byte_a_record), {"204", "open"}},
          cuts_everywhere()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(records)

BOOST_DATA_TEST_CASE(management_records_are_answered_and_inject_nothing, kBothSockets, listen) {
  endure(management(), listen);
}

BOOST_DATA_TEST_CASE(what_does_not_speak_our_language_is_told_so_or_closed, kBothSockets, listen) {
  endure(strangers(), listen);
}

BOOST_DATA_TEST_CASE(misplaced_records_change_no_request, kBothSockets, listen) {
  endure(misplaced(), listen);
}

BOOST_DATA_TEST_CASE(padding_is_harmless_on_every_record, kBothSockets, listen) {
  endure(padded(), listen);
}

BOOST_DATA_TEST_CASE(cuts_carry_no_meaning, kBothSockets, listen) {
  endure(cut(), listen);
}

BOOST_AUTO_TEST_SUITE_END()
