#include "vonage/parameters.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

using namespace inbound_sms::vonage;

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(none_is_the_empty_object) {
  BOOST_TEST(Parameters().empty());
  BOOST_TEST(Parameters().to_json() == "{}");
}

BOOST_AUTO_TEST_CASE(a_parameter_is_found_by_its_whole_name_only) {
  Parameters parameters;
  parameters.add("text", string_value("Hello"));
  BOOST_REQUIRE(parameters.has("text"));
  BOOST_TEST(parameters.find("text")->text == "Hello");
  BOOST_TEST(!parameters.has("Text"));
  BOOST_TEST(!parameters.has("tex"));
}

BOOST_AUTO_TEST_CASE(every_type_is_written_as_it_came) {
  Parameters parameters;
  parameters.add("s", string_value("a\"b"));
  parameters.add("n", {Value::Type::number, "1.0"});
  parameters.add("b", {Value::Type::boolean, "true"});
  parameters.add("0", {Value::Type::null, ""});
  parameters.add("c", {Value::Type::composite, R"({"x":[1]})"});
  BOOST_TEST(parameters.to_json() == R"({"s":"a\"b","n":1.0,"b":true,"0":null,"c":{"x":[1]}})");
}

BOOST_AUTO_TEST_CASE(an_array_that_stands_twice_is_an_array_of_both) {
  Parameters parameters;
  parameters.add("a", {Value::Type::composite, "[1]"});
  parameters.add("a", {Value::Type::composite, "[2]"});
  parameters.add("a", {Value::Type::null, ""});
  BOOST_TEST(parameters.to_json() == R"({"a":[[1],[2],null]})");
  BOOST_TEST((parameters.find("a")->type == Value::Type::composite));
}

BOOST_AUTO_TEST_CASE(fifty_thousand_names_and_fifty_thousand_values_of_one_take_no_time) {
  const auto start = std::chrono::steady_clock::now();
  Parameters parameters;
  for (int i = 0; i < 50'000; ++i) {
    parameters.add(std::to_string(i), string_value(""));
    parameters.add("same", string_value("x"));
  }
  BOOST_TEST(parameters.size() == 50'001U);
  BOOST_TEST(parameters.find("same")->text.size() == 50'000U * 4 + 1);
  BOOST_TEST(parameters.has("49999"));
  // Comparing each with each would take a minute; this takes well under a second.
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_SUITE_END()
