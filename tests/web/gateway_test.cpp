#include "web/gateway.h"

#include <boost/test/unit_test.hpp>

// What a well-behaved web server sends and gets back, through a running gateway.

using namespace inbound_sms::testing;
using inbound_sms::web::FastCgiLimits;
using inbound_sms::web::Request;

BOOST_AUTO_TEST_SUITE(gateway)

BOOST_AUTO_TEST_CASE(the_request_arrives_as_it_was_passed) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1,
                      {{"REQUEST_METHOD", "POST"},
                       {"QUERY_STRING", "a=%20b"},
                       {"REQUEST_URI", "/webhooks/inbound-sms?a=%20b"},
                       {"CONTENT_TYPE", "application/json"},
                       {"CONTENT_LENGTH", " 2"},
                       {"HTTP_AUTHORIZATION", "Bearer token"},
                       {"REMOTE_ADDR", "192.0.2.1"},
                       {"REMOTE_ADDR", "the first one counts"}},
                      "{}"));
  BOOST_TEST(client.answer().text() == "POST a=%20b 2\n");
  const Request got = gateway.application().last();
  BOOST_TEST(got.request_uri == "/webhooks/inbound-sms?a=%20b");
  BOOST_TEST(got.content_type == "application/json");
  BOOST_TEST(got.content_length.value_or("none") == " 2");
  BOOST_TEST(got.authorization.value_or("none") == "Bearer token");
  BOOST_TEST(got.remote == "192.0.2.1");
  BOOST_TEST(got.body == "{}");
  BOOST_TEST(!got.body_over_limit);
}

BOOST_AUTO_TEST_CASE(absent_and_empty_parameters_are_told_apart) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, {}, "", true));
  BOOST_TEST(client.answer().text() == "- - 0\n");
  BOOST_TEST(!gateway.application().last().content_length);
  BOOST_TEST(!gateway.application().last().authorization);
  client.send(
      request(1, {{"REQUEST_METHOD", ""}, {"QUERY_STRING", ""}, {"CONTENT_LENGTH", ""}}, "", true));
  BOOST_TEST(client.answer().text() == "  0\n");
  BOOST_TEST(gateway.application().last().content_length.value_or("none") == "");
}

BOOST_AUTO_TEST_CASE(authorization_is_found_behind_an_internal_redirect) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, {{"REDIRECT_HTTP_AUTHORIZATION", "Bearer b"}}, "", true));
  BOOST_TEST(client.answer().ended);
  BOOST_TEST(gateway.application().last().authorization.value_or("none") == "Bearer b");
  client.send(request(1, {{"REDIRECT_HTTP_AUTHORIZATION", "b"}, {"HTTP_AUTHORIZATION", "a"}}, ""));
  BOOST_TEST(client.answer().ended);
  BOOST_TEST(gateway.application().last().authorization.value_or("none") == "a");
}

BOOST_AUTO_TEST_CASE(the_answer_is_a_cgi_document_and_the_end) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(513, get("empty"), ""));
  const Answer answer = client.answer(513);
  BOOST_TEST(answer.document == "Status: 204 No Content\r\n\r\n");
  BOOST_TEST(answer.protocol_status == 0);
}

BOOST_AUTO_TEST_CASE(the_connection_is_closed_when_the_peer_does_not_keep_it) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("x"), "", false));
  BOOST_TEST(client.answer().ended);
  BOOST_TEST(client.closes());
}

BOOST_AUTO_TEST_CASE(a_kept_connection_is_served_many_times) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  for (int i = 0; i < 2000; ++i) {
    const std::string query = std::to_string(i);
    const std::string body(static_cast<std::size_t>(i), 'x');
    client.send(request(1, get(query), body, true));
    const Answer answer = client.answer();
    BOOST_REQUIRE_MESSAGE(answer.text() == "GET " + query + " " + query + "\n",
                          query << answer.document);
  }
  BOOST_TEST(!client.readable());
}

BOOST_AUTO_TEST_CASE(a_kept_connection_serves_params_that_end_at_every_edge_of_a_read) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  for (std::size_t size = 8000; size < 8300; ++size) {
    client.send(request(1, get(std::string(size, 'q')), "", true));
    BOOST_REQUIRE(client.answer().text().size() == size + 7);
  }
}

BOOST_AUTO_TEST_CASE(tcp_is_served_too) {
  Gateway gateway({}, "127.0.0.1:0");
  BOOST_TEST(gateway.serves());
  FastCgiClient client = gateway.connect();
  for (int i = 0; i < 100; ++i) {
    client.send(request(1, get("x"), "", true));
    BOOST_REQUIRE(client.answer().text() == "GET x 0\n");
  }
}

BOOST_AUTO_TEST_CASE(a_body_arrives_byte_for_byte_whatever_the_cuts) {
  Gateway gateway;
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += static_cast<char>(i * 7 % 256);
  for (const std::size_t cut : {999U, 8192U, 65535U}) {
    FastCgiClient client = gateway.connect();
    client.send(begin(1, false) + stream(kParams, 1, pairs(post(body)), cut));
    client.send(stream(kStdin, 1, body, cut, 5));
    BOOST_TEST(client.answer().text() == "POST  200000\n");
    BOOST_TEST((gateway.application().last().body == body));
  }
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  for (const char byte : request(1, get("slow"), "body")) client.send({&byte, 1});
  BOOST_TEST(client.answer().text() == "GET slow 4\n");
}

BOOST_AUTO_TEST_CASE(a_body_of_the_limit_arrives_and_a_longer_one_is_told_apart) {
  FastCgiLimits limits;
  limits.max_body = 1'000'000;
  Gateway gateway(limits);
  const auto ask = [&](std::size_t size) {
    const std::string body(size, 'x');
    FastCgiClient client = gateway.connect();
    client.send(request(1, post(body), body));
    BOOST_TEST(client.answer().ended);
    const Request got = gateway.application().last();
    BOOST_TEST(got.body_size == size);
    BOOST_TEST(got.body_over_limit == (size > limits.max_body));
    BOOST_TEST(got.body.size() == (got.body_over_limit ? 0 : size));
  };
  for (const std::size_t size : {999'999U, 1'000'000U, 1'000'001U, 20'000'000U, 5U}) ask(size);
}

BOOST_AUTO_TEST_CASE(params_of_the_limit_arrive) {
  Gateway gateway;
  const std::size_t head = pairs(get("")).size() + 3;  // a long value's length takes 3 bytes more
  const std::string query(FastCgiLimits{}.max_params - head, 'q');
  BOOST_TEST((gateway.ask(query).text() == "GET " + query + " 0\n"));
  FastCgiClient client = gateway.connect();
  client.send(request(1, get(query + "q"), ""));
  BOOST_TEST(client.closes());
  BOOST_TEST(gateway.reports("PARAMS are longer than the limit"));
}

BOOST_AUTO_TEST_CASE(requests_sent_one_behind_the_other_are_served_in_turn) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  std::string all;
  for (std::uint16_t id = 1; id <= 500; ++id) {
    all += request(id, get("q" + std::to_string(id)), "", true);
  }
  client.send(all);
  for (std::uint16_t id = 1; id <= 500; ++id) {
    BOOST_REQUIRE(client.answer(id).text() == "GET q" + std::to_string(id) + " 0\n");
  }
}

BOOST_AUTO_TEST_CASE(a_request_behind_a_held_one_waits_for_its_answer) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("hold"), "first", true) + request(2, get("second"), "", true));
  BOOST_TEST(gateway.application().wait_for(1));
  gateway.answer(gateway.application().held().at("first"), {200, "held"});
  BOOST_TEST(client.answer(1).text() == "held\n");
  BOOST_TEST(client.answer(2).text() == "GET second 0\n");
}

BOOST_AUTO_TEST_CASE(a_peer_that_has_sent_all_still_gets_its_answer) {
  Gateway gateway;
  FastCgiClient client = gateway.connect();
  client.send(request(1, get("hold"), "it", true));
  client.finish_sending();
  BOOST_TEST(gateway.application().wait_for(1));
  BOOST_TEST(gateway.serves());  // the gateway has seen the end of the first by now
  gateway.answer(gateway.application().held().at("it"), {200, "held"});
  BOOST_TEST(client.answer().text() == "held\n");
  BOOST_TEST(client.closes());
}

BOOST_AUTO_TEST_CASE(two_hundred_at_once_each_get_their_own_answer) {
  Gateway gateway;
  std::vector<FastCgiClient> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(gateway.connect());
    clients.back().send(request(1, get("hold"), std::to_string(i), i % 2 == 0));
  }
  BOOST_REQUIRE(gateway.application().wait_for(200));
  BOOST_TEST(gateway.serves());
  for (const auto& [body, ticket] : gateway.application().held()) {  // "0", "1", "10", "100", ...
    gateway.answer(ticket, {200, "answer to " + body});
  }
  for (std::size_t i = 200; i-- > 0;) {
    BOOST_TEST(clients[i].answer().text() == "answer to " + std::to_string(i) + "\n");
  }
}

BOOST_AUTO_TEST_CASE(stop_lets_requests_in_hand_finish_and_takes_no_new_ones) {
  Gateway gateway;
  FastCgiClient silent = gateway.connect();
  FastCgiClient reading = gateway.connect();
  reading.send(begin(1, true));
  FastCgiClient held = gateway.connect();
  held.send(request(1, get("hold"), "it", true) + request(2, get("behind"), "", true));
  BOOST_TEST(gateway.application().wait_for(1));
  BOOST_TEST(gateway.serves());
  gateway.stop();
  BOOST_TEST(silent.closes());
  BOOST_TEST(reading.closes());
  BOOST_CHECK_THROW(gateway.connect(), std::runtime_error);
  gateway.answer(gateway.application().held().at("it"), {200, "held"});
  BOOST_TEST(held.answer().text() == "held\n");
  BOOST_TEST(held.closes());
  gateway.join();
  BOOST_TEST(gateway.application().count() == 2);  // the held one and that of serves()
}

BOOST_AUTO_TEST_SUITE_END()
