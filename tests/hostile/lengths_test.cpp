#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "hostile/peer.h"

// Peers that lie about lengths, and such as spell true ones in unusual ways.

using namespace inbound_sms::testing;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

// A request with these PARAMS, whatever they are.
std::string with_params(const std::string& params) {
  return begin(1, true) + stream(kParams, 1, params) + stream(kStdin, 1, "");
}

// A length in four bytes, also where one would do (section 3.4).
std::string long_length(std::size_t length) {
  return bytes({0x80 | int(length >> 24), int(length >> 16), int(length >> 8), int(length)});
}

std::string in_long_lengths(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params)
    out += long_length(name.size()) + long_length(value.size()) + name + value;
  return out;
}

Params with(Params params, const std::string& name, const std::string& value) {
  params.emplace_back(name, value);
  return params;
}

std::string many_params(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += pairs({{"P" + std::to_string(i), "x"}});
  return out;
}

const std::string kOverflow = bytes({0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xfe});
const std::string kOverflowByOne = bytes({0xff, 0xff, 0xff, 0xf0, 16}) + "x";
const std::string kMostInt = bytes({0xff, 0xff, 0xff, 0xff, 1}) + "x";
const std::string kMostIntTwice = bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
const std::string kHuge = bytes({1, 0x80 | 0x71, 0x40, 0, 0}) + std::string(100, 'x');

// A peer whose PARAMS end before what they announce.
HostilePeer liar(const std::string& name, const std::string& params) {
  return {name, sends(with_params(pairs(new_message()) + params)), {"closed"}};
}

std::vector<HostilePeer> liars() {
  return {
      liar("two lengths of 0x7ffffffe", kOverflow),
      liar("lengths of 0x7ffffff0 and 16", kOverflowByOne),
      liar("a length of 0x7fffffff", kMostInt),
      liar("two lengths of 0x7fffffff", kMostIntTwice),
      liar("a value of 1.9 GB, and 100 bytes of it", kHuge),
      liar("a name that is cut", bytes({5, 0}) + "NAM"),
      liar("a value that is cut", bytes({4, 9}) + "NAMEval"),
      liar("a length that is cut", bytes({0x80, 0})),
      liar("a name's length and no more", bytes({4})),
      {"GET_VALUES with a name that is cut",
       sends(record(kGetValues, 0, bytes({15, 0}) + "FCGI")),
       {"closed"}},
      {"GET_VALUES of a name of 2 GB", sends(record(kGetValues, 0, kOverflow)), {"closed"}},
      {"GET_VALUES of 65535 bytes",
       sends(record(kGetValues, 0, std::string(65535, '\0'))),
       {"closed"}},
      {"BEGIN_REQUEST of 7 bytes",
       sends(record(kBegin, 1, bytes({0, 1, 0, 0, 0, 0, 0}))),
       {"closed"}},
      {"BEGIN_REQUEST of 65535 bytes",
       sends(record(kBegin, 1, std::string(65535, '\0'))),
       {"closed"}},
      {"BEGIN_REQUEST of none", sends(record(kBegin, 1, "")), {"closed"}},
      {"PARAMS without end",
       sends(begin(1, true) + stream(kParams, 1, std::string(400'000, 'x'))),
       {"closed"}},
      {"a NUL in a value",
       sends(with_params(pairs(with(new_message(), "N", std::string("a\0b", 3))))),
       {"closed"}},
      {"a NUL in a name",
       sends(with_params(pairs(with(new_message(), std::string("N\0", 2), "a")))),
       {"closed"}},
  };
}

std::vector<HostilePeer> spellers() {
  const auto served = [](const std::string& name, const std::string& params) {
    return HostilePeer{name, sends(with_params(params)), {"204", "open"}};
  };
  std::vector<HostilePeer> peers{
      served("short lengths in four bytes", in_long_lengths(new_message())),
      served("10 000 parameters", many_params(10'000) + pairs(new_message())),
      served("a name twice: the first counts",
             pairs(with(with(new_message(), "QUERY_STRING", "messageId=second"), "REQUEST_METHOD",
                        "PUT"))),
      served("a name with '='",
             pairs({{"QUERY_STRING=messageId", "first"}}) + pairs(new_message())),
      served("an empty name", pairs({{"", "x"}, {"", ""}}) + pairs(new_message())),
      served("a value as long as the limit leaves room",
             pairs(with(new_message(), "X", std::string(130'000, 'x')))),
  };
  for (const std::size_t size : {0, 126, 127, 128, 129, 255, 256, 1000, 65535, 65536}) {
    peers.push_back(served("a value of " + std::to_string(size) + " bytes",
                           pairs(with(new_message(), "X", std::string(size, 'x')))));
    peers.push_back(served("a name of " + std::to_string(size) + " bytes",
                           pairs(with(new_message(), std::string(size, 'N'), "x"))));
  }
  return peers;
}

// The body of a form, under a CONTENT_LENGTH of its own.
HostilePeer poster(const std::string& name, std::size_t size, const std::string& length,
                   const std::string& answer) {
  const std::string body(size, 'x');
  Params params{{"REQUEST_METHOD", "POST"}, {"QUERY_STRING", ""}, {"REMOTE_ADDR", "192.0.2.1"}};
  params.emplace_back("CONTENT_LENGTH", length);
  return {name, sends(request(1, params, body, true)), {answer, "open"}};
}

std::vector<HostilePeer> posters() {
  return {
      poster("a body shorter than its length", 10, "11", "503"),
      poster("a body longer than its length", 10, "9", "503"),
      poster("a body where none is announced", 10, "0", "503"),
      poster("a length that is no number", 10, "ten", "400"),
      poster("a length beyond all numbers", 10, "99999999999999999999", "400"),
      poster("a length below zero", 10, "-10", "400"),
      poster("a body over the limit", 300'000, "300000", "413"),
      poster("a body over the limit, announced as a small one", 300'000, "10", "413"),
      poster("a body over the limit, not announced", 300'000, "", "413"),
      poster("100 MB", 100'000'000, "100000000", "413"),
  };
}

// libfcgi reads 8192 bytes at once, and loses what lies behind the end of a request.
std::vector<HostilePeer> at_the_edge_of_a_read() {
  std::vector<HostilePeer> peers;
  for (std::size_t size = 8000; size <= 8200; size += size < 8070 || size > 8100 ? 10 : 1) {
    const auto served = [&](const std::string& name, const std::string& body) {
      const Params params = with(new_message(), "X", std::string(size, 'x'));
      peers.push_back({name + " behind a value of " + std::to_string(size) + " bytes",
                       sends(request(1, params, body, true)),
                       {"204", "open"}});
    };
    served("no body", "");
    served("a body", "not read in a GET");
  }
  return peers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lengths)

BOOST_DATA_TEST_CASE(peers_that_lie_about_lengths_are_closed, kBothSockets, listen) {
  endure(liars(), listen);
}

BOOST_DATA_TEST_CASE(unusual_but_true_lengths_are_served, kBothSockets, listen) {
  endure(spellers(), listen);
}

BOOST_DATA_TEST_CASE(bodies_that_are_not_as_long_as_announced_are_refused, kBothSockets, listen) {
  endure(posters(), listen);
}

BOOST_DATA_TEST_CASE(requests_that_end_at_every_edge_of_a_read_are_served, kBothSockets, listen) {
  endure(at_the_edge_of_a_read(), listen);
}

BOOST_AUTO_TEST_SUITE_END()
