#include "web/request_framer.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/fastcgi_client.h"

using namespace inbound_sms::testing;
using inbound_sms::web::FramedRequest;
using inbound_sms::web::FramerLimits;
using inbound_sms::web::RequestFramer;
using Events = std::vector<std::string>;
using Step = RequestFramer::Step;

namespace {

const FramerLimits kLimits{1000, 100, 77};

std::string said(const std::string& replies) {
  std::string out;
  for (std::size_t at = 0; at < replies.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(replies.at(at + i)); };
    const std::size_t content = byte(4) << 8 | byte(5);
    out += " type " + std::to_string(byte(1)) + " id " + std::to_string(byte(2) << 8 | byte(3));
    if (byte(1) == kEnd) out += " status " + std::to_string(byte(12));
    if (byte(1) == kUnknownType) out += " of " + std::to_string(byte(8));
    if (byte(1) == kGetValuesResult) out += " " + replies.substr(at + 8, content);
    at += 8 + content;
  }
  return out;
}

std::string shown(const FramedRequest& request) {
  return "request " + std::to_string(request.id) + (request.keep_connection ? " keep" : "") +
         " params " + request.params + " body " + request.body + " of " +
         std::to_string(request.body_size) + (request.body_over_limit ? " over" : "");
}

// Text in, events out: what the framer makes of `bytes` when they come in pieces of `cut`. Each
// whole request is answered at once unless `hold`.
Events walk(const std::string& bytes, std::size_t cut = std::string::npos, bool hold = false) {
  RequestFramer framer(kLimits);
  Events events;
  for (std::size_t at = 0; at < bytes.size();) {
    std::string_view piece = std::string_view(bytes).substr(at, cut);
    at += piece.size();
    for (Step step = Step::whole; step != Step::more;) {
      std::string replies;
      step = framer.walk(piece, replies);
      if (!replies.empty()) events.push_back("said" + said(replies));
      if (step == Step::whole) {
        events.push_back(shown(framer.take()));
        if (!hold) framer.answered();
      }
      if (step == Step::aborted) events.push_back("aborted");
      if (step == Step::hang_up) events.push_back("hang up");
      if (step == Step::broken) events.push_back(std::string("broken: ") + framer.fault());
      if (step == Step::waiting) events.push_back("waiting");
      if (step == Step::hang_up || step == Step::broken || step == Step::waiting) return events;
    }
  }
  if (framer.idle()) events.push_back("idle");
  return events;
}

void check(const std::string& bytes, const Events& expected) {
  const Events events = walk(bytes);
  BOOST_TEST(events == expected, boost::test_tools::per_element());
}

std::string get_values(const Params& names) {
  return record(kGetValues, 0, pairs(names));
}

const std::string kPair = pairs({{"A", "b"}});

}  // namespace

BOOST_AUTO_TEST_SUITE(request_framer)

BOOST_AUTO_TEST_CASE(a_request_becomes_whole_with_its_last_record) {
  check(request(7, {{"A", "b"}}, "body"),
        {"request 7 params " + kPair + " body body of 4", "idle"});
  check(request(7, {{"A", "b"}}, "", true),
        {"request 7 keep params " + kPair + " body  of 0", "idle"});
}

BOOST_AUTO_TEST_CASE(cuts_between_reads_carry_no_meaning) {
  const std::string bytes = request(258, {{"NAME", "value"}, {"N", std::string(300, 'v')}}, "body");
  const Events whole = walk(bytes);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    BOOST_TEST(walk(bytes, cut) == whole, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(cuts_between_records_carry_no_meaning) {
  const std::string params = pairs({{"NAME", "value"}, {"N", std::string(200, 'v')}});
  for (std::size_t cut = 1; cut <= params.size(); ++cut) {
    check(begin(1, false) + stream(kParams, 1, params, cut) + stream(kStdin, 1, "12345", cut),
          {"request 1 params " + params + " body 12345 of 5", "idle"});
  }
}

BOOST_AUTO_TEST_CASE(padding_is_dropped_on_every_record) {
  for (const std::uint8_t padding : {1, 7, 255}) {
    check(begin(1, false, 1, padding) + stream(kParams, 1, kPair, 2, padding) +
              stream(kStdin, 1, "body", 3, padding),
          {"request 1 params " + kPair + " body body of 4", "idle"});
  }
}

BOOST_AUTO_TEST_CASE(management_records_are_answered_wherever_they_stand) {
  const std::string unknown = record(99, 0, "INJECTED=1");
  const std::string answer = "said type 11 id 0 of 99";
  check(unknown + begin(1, false) + unknown + record(kParams, 1, kPair) + unknown +
            record(kParams, 1, "") + unknown + record(kStdin, 1, "x") + unknown +
            record(kStdin, 1, "") + record(99, 0, ""),
        {answer + " type 11 id 0 of 99 type 11 id 0 of 99 type 11 id 0 of 99 type 11 id 0 of 99",
         "request 1 params " + kPair + " body x of 1", answer, "idle"});
  // BEGIN_REQUEST and PARAMS with the null id are management records of unknown types.
  check(begin(0, false) + record(kParams, 0, kPair),
        {"said type 11 id 0 of 1 type 11 id 0 of 4", "idle"});
}

BOOST_AUTO_TEST_CASE(get_values_answers_known_names_once) {
  check(get_values({{"FCGI_MPXS_CONNS", ""}}),
        {"said type 10 id 0 " + pairs({{"FCGI_MPXS_CONNS", "0"}}), "idle"});
  check(get_values({{"FCGI_MPXS_CONNS", ""},
                    {"FCGI_MPXS_CONNS", ""},
                    {"FCGI_MPXS_CONNS", ""},
                    {"FCGI_MPXS_CONNS", ""}}),
        {"said type 10 id 0 " + pairs({{"FCGI_MPXS_CONNS", "0"}}), "idle"});
  check(
      get_values({{"FCGI_MAX_REQS", ""}, {"OTHER", "x"}, {"FCGI_MAX_CONNS", ""}}),
      {"said type 10 id 0 " + pairs({{"FCGI_MAX_CONNS", "77"}, {"FCGI_MAX_REQS", "77"}}), "idle"});
  check(get_values({}), {"said type 10 id 0 ", "idle"});
}

BOOST_AUTO_TEST_CASE(get_values_that_make_no_sense_are_refused) {
  check(record(kGetValues, 0, "\x7f\x7f"), {"broken: a name does not end within GET_VALUES"});
  check(record(kGetValues, 0, std::string(1025, 'x')),
        {"broken: GET_VALUES is longer than any need"});
}

BOOST_AUTO_TEST_CASE(only_the_responder_role_is_known) {
  const std::string rest = stream(kParams, 1, kPair) + stream(kStdin, 1, "");
  for (const std::uint16_t role : {0, 2, 3, 256, 65535}) {
    check(begin(1, false, role) + rest, {"said type 3 id 1 status 3", "hang up"});
    check(begin(1, true, role) + rest, {"said type 3 id 1 status 3", "idle"});
    check(begin(1, true, role) + rest + request(1, {}, "", false),
          {"said type 3 id 1 status 3", "request 1 params  body  of 0", "idle"});
  }
}

BOOST_AUTO_TEST_CASE(a_second_request_cannot_begin_beside_the_first) {
  check(begin(1, false) + begin(2, true) + record(kParams, 2, "junk") + record(kStdin, 2, "") +
            stream(kParams, 1, kPair) + begin(3, false) + stream(kStdin, 1, "x"),
        {"said type 3 id 2 status 1 type 3 id 3 status 1",
         "request 1 params " + kPair + " body x of 1", "idle"});
  check(begin(1, false) + begin(1, false), {"broken: BEGIN_REQUEST twice for one request"});
}

BOOST_AUTO_TEST_CASE(a_request_behind_one_in_hand_waits) {
  const Events expected{"request 1 keep params " + kPair + " body  of 0", "waiting"};
  const std::string two = request(1, {{"A", "b"}}, "", true) + request(2, {}, "", true);
  BOOST_TEST(walk(two, std::string::npos, true) == expected, boost::test_tools::per_element());
  check(two, {"request 1 keep params " + kPair + " body  of 0", "request 2 keep params  body  of 0",
              "idle"});
}

BOOST_AUTO_TEST_CASE(a_waiting_request_is_taken_up_after_the_answer) {
  RequestFramer framer(kLimits);
  const std::string two = request(1, {}, "", true) + request(2, {}, "x", true);
  std::string_view bytes = two;
  std::string replies;
  BOOST_TEST((framer.walk(bytes, replies) == Step::whole));
  framer.take();
  BOOST_TEST((framer.walk(bytes, replies) == Step::waiting));
  BOOST_TEST((framer.walk(bytes, replies) == Step::waiting));
  BOOST_TEST(framer.waiting());
  framer.answered();
  BOOST_TEST(!framer.waiting());
  BOOST_TEST((framer.walk(bytes, replies) == Step::whole));
  BOOST_TEST(framer.take().body == "x");
  BOOST_TEST(replies.empty());
}

BOOST_AUTO_TEST_CASE(abort_ends_a_request_that_is_read) {
  const std::string abort = record(kAbort, 1, "");
  for (const std::string& before :
       {begin(1, true), begin(1, true) + record(kParams, 1, kPair),
        begin(1, true) + stream(kParams, 1, kPair) + record(kStdin, 1, "x")}) {
    check(before + abort + request(1, {}, "", true),
          {"said type 3 id 1 status 0", "request 1 keep params  body  of 0", "idle"});
  }
  check(begin(1, false) + abort, {"said type 3 id 1 status 0", "hang up"});
  check(begin(1, true) + record(kAbort, 2, "") + stream(kParams, 1, "") + stream(kStdin, 1, ""),
        {"request 1 keep params  body  of 0", "idle"});
}

BOOST_AUTO_TEST_CASE(abort_ends_a_request_in_hand) {
  const Events expected{"request 1 keep params  body  of 0", "said type 3 id 1 status 0", "aborted",
                        "idle"};
  const std::string bytes = request(1, {}, "", true) + record(kAbort, 1, "");
  BOOST_TEST(walk(bytes, std::string::npos, true) == expected, boost::test_tools::per_element());
  check(bytes, {"request 1 keep params  body  of 0", "idle"});  // answered before: ignored
}

BOOST_AUTO_TEST_CASE(records_that_belong_to_nothing_are_ignored) {
  check(record(kParams, 5, "junk") + record(kStdin, 5, "") + record(kAbort, 5, "") +
            record(kData, 5, "x") + record(200, 5, "x"),
        {"idle"});
  check(begin(1, false) + record(kParams, 5, "") + record(kData, 1, "x") + record(200, 1, "x") +
            record(kData, 1, "") + stream(kParams, 1, kPair) + stream(kStdin, 1, "x") +
            record(kStdin, 1, "late") + record(kParams, 1, ""),
        {"request 1 params " + kPair + " body x of 1", "idle"});
}

BOOST_AUTO_TEST_CASE(streams_out_of_order_are_refused) {
  check(begin(1, false) + record(kStdin, 1, ""), {"broken: STDIN before the end of PARAMS"});
  check(begin(1, false) + stream(kParams, 1, kPair) + record(kParams, 1, ""),
        {"broken: PARAMS after their end"});
}

BOOST_AUTO_TEST_CASE(what_is_not_fastcgi_is_refused) {
  check("GET / HTTP/1.1\r\nHost: x\r\n\r\n", {"broken: a record's version is not 1"});
  check(std::string(8, '\0'), {"broken: a record's version is not 1"});
  check(record(kBegin, 1, "short"), {"broken: BEGIN_REQUEST has a wrong size"});
  check(record(kBegin, 1, "123456789"), {"broken: BEGIN_REQUEST has a wrong size"});
}

BOOST_AUTO_TEST_CASE(lengths_that_overflow_are_refused) {
  const std::string refused = "broken: a parameter does not end within PARAMS";
  for (const std::string& lengths :
       {std::string("\xff\xff\xff\xfe\xff\xff\xff\xfe"), std::string("\xff\xff\xff\xf0\x10"),
        std::string("\xff\xff\xff\xff\xff\xff\xff\xff"), std::string("\x05"), std::string("\x80"),
        std::string("\x01\x80\x00\x00", 4),
        std::string("\x01\x02"
                    "AB")}) {
    check(begin(1, false) + stream(kParams, 1, kPair + lengths), {refused});
  }
}

BOOST_AUTO_TEST_CASE(short_lengths_may_have_four_bytes) {
  const std::string long_form(
      "\x80\x00\x00\x01\x80\x00\x00\x01"
      "Ab",
      10);
  check(begin(1, false) + stream(kParams, 1, long_form) + stream(kStdin, 1, ""),
        {"request 1 params " + long_form + " body  of 0", "idle"});
}

BOOST_AUTO_TEST_CASE(a_nul_in_a_parameter_is_refused) {
  const std::string nul(1, '\0');
  for (const Params& params : {Params{{"A", "a" + nul + "b"}}, Params{{"A" + nul, "b"}}}) {
    check(begin(1, false) + stream(kParams, 1, pairs(params)), {"broken: a parameter holds a NUL"});
  }
}

BOOST_AUTO_TEST_CASE(params_may_be_as_long_as_the_limit_and_no_longer) {
  const std::string longest = pairs({{"A", std::string(994, 'x')}});
  BOOST_REQUIRE(longest.size() == kLimits.max_params);
  check(begin(1, false) + stream(kParams, 1, longest, 10) + stream(kStdin, 1, ""),
        {"request 1 params " + longest + " body  of 0", "idle"});
  check(begin(1, false) + stream(kParams, 1, longest + "x", 10),
        {"broken: PARAMS are longer than the limit"});
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_counted_and_thrown_away) {
  const std::string most(100, 'x');
  check(begin(1, false) + stream(kParams, 1, "") + stream(kStdin, 1, most, 7),
        {"request 1 params  body " + most + " of 100", "idle"});
  check(begin(1, false) + stream(kParams, 1, "") + stream(kStdin, 1, most + "x", 7),
        {"request 1 params  body  of 101 over", "idle"});
  check(begin(1, false) + stream(kParams, 1, "") + stream(kStdin, 1, std::string(5000, 'x')),
        {"request 1 params  body  of 5000 over", "idle"});
}

BOOST_AUTO_TEST_CASE(part_of_a_record_is_not_idle) {
  RequestFramer framer(kLimits);
  BOOST_TEST(framer.idle());
  std::string replies;
  for (const char byte : record(99, 0, "x", 3)) {
    std::string_view one(&byte, 1);
    framer.walk(one, replies);
    BOOST_TEST(framer.idle() == !replies.empty());
  }
  BOOST_TEST(framer.idle());
}

BOOST_AUTO_TEST_SUITE_END()
