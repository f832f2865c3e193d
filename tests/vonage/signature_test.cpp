#include "vonage/signature.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "vonage/form.h"
#include "vonage/json.h"

using namespace inbound_sms::vonage;

// Vonage, "Signing messages". The digests were computed by another program (Python's hashlib).

namespace {

std::string text_of_form(std::string_view form) {
  return text_to_sign(parse_form(form).parameters).value_or("not to be signed");
}

std::string text_of_json(std::string_view json) {
  return text_to_sign(parse_json_object(json)->parameters).value_or("not to be signed");
}

const std::string kSecret = "a secret of the tests";
const std::string kText =
    "&message-timestamp=2026-11-24 07:30:12&messageId=0C01&msisdn=447700900001&text=a_b_c + 100% "
    "😀&timestamp=1795505412&to=447700900000&type=unicode";

}  // namespace

BOOST_AUTO_TEST_SUITE(signatures)

BOOST_AUTO_TEST_CASE(names_are_sorted_by_their_bytes_and_values_are_decoded) {
  BOOST_TEST(text_of_form("type=unicode&to=447700900000&msisdn=447700900001&messageId=0C01"
                          "&message-timestamp=2026-11-24+07%3A30%3A12&timestamp=1795505412"
                          "&text=a%26b%3Dc+%2B+100%25+%F0%9F%98%80") == kText);
  BOOST_TEST(text_of_form("%C3%A9=1&z=2&Z=3&a=4") == "&Z=3&a=4&z=2&é=1");
}

BOOST_AUTO_TEST_CASE(the_three_forms_of_a_message_have_the_same_text) {
  BOOST_TEST(text_of_json(R"({"type":"unicode","to":"447700900000","msisdn":"447700900001",)"
                          R"("messageId":"0C01","message-timestamp":"2026-11-24 07:30:12",)"
                          R"("timestamp":"1795505412","text":"a&b=c + 100% \ud83d\ude00"})") ==
             kText);
}

BOOST_AUTO_TEST_CASE(the_signature_itself_is_not_signed) {
  BOOST_TEST(text_of_form("a=1&sig=abc&b=2") == "&a=1&b=2");
  BOOST_TEST(text_of_form("a=1&SIG=abc") == "&SIG=abc&a=1");
}

BOOST_AUTO_TEST_CASE(ampersand_and_equals_sign_count_as_an_underscore_in_a_value) {
  BOOST_TEST(text_of_form("text=%26%3D_") == "&text=___");
}

BOOST_AUTO_TEST_CASE(values_stand_as_they_were_spelled) {
  BOOST_TEST(text_of_json(R"({"a":1.0,"b":12345678901234567890,"c":true,"d":"","e":null})") ==
             "&a=1.0&b=12345678901234567890&c=true&d=&e=");
  BOOST_TEST(text_of_form("a=+x+&b&c=") == "&a= x &b=&c=");
  BOOST_TEST(text_of_form("a=x%00y") == std::string("&a=x\0y", 6));
}

// A value may hold them, since they count as `_` there; a name that did would be read as a value.
BOOST_AUTO_TEST_CASE(what_could_be_read_in_two_ways_is_never_signed) {
  BOOST_TEST(text_of_form("a%3D1=2") == "not to be signed");
  BOOST_TEST(text_of_form("a%26b=2") == "not to be signed");
  BOOST_TEST(text_of_form("a=1&a=2") == "not to be signed");
  BOOST_TEST(text_of_json(R"({"a":["1"]})") == "not to be signed");
  BOOST_TEST(text_of_json(R"({"a":{"b":"1"}})") == "not to be signed");
  BOOST_TEST(text_of_form("a=1&sig=x&sig=y") == "&a=1");
}

BOOST_AUTO_TEST_CASE(each_method_gives_the_digest_that_another_program_gives) {
  const auto signature = [](SignatureMethod method) { return sign(method, kText, kSecret); };
  BOOST_TEST(signature(SignatureMethod::md5hash) == "00f235d41113220c5146800fac136a26");
  BOOST_TEST(signature(SignatureMethod::md5hmac) == "7f27fb54005ae4febcab3ec5bc7c123d");
  BOOST_TEST(signature(SignatureMethod::sha1hmac) == "6107af836b478eb5caed7698a50e35f759748514");
  BOOST_TEST(signature(SignatureMethod::sha256hmac) ==
             "64161a300b7772f1fdd813aad6d867b47593abb30e70e302311a3b172a1496a3");
  BOOST_TEST(signature(SignatureMethod::sha512hmac) ==
             "3ba3def6050946937e0035b8a0c17051d2d0df2912923ce0cf55e8aebdbfe9fc"
             "0922873f9a8fc8081724ef1f9679afb3e9e2bf723db4b6a1f5105dd3230dbae9");
}

BOOST_AUTO_TEST_CASE(a_signature_counts_in_either_case_and_only_as_a_whole) {
  const auto is_taken = [](std::string_view signature) {
    return is_signed(SignatureMethod::md5hash, kText, kSecret, signature);
  };
  const std::string right = sign(SignatureMethod::md5hash, kText, kSecret);
  std::string upper = right;
  for (char& c : upper) c = char(std::toupper(c));
  BOOST_TEST(is_taken(right));
  BOOST_TEST(is_taken(upper));
  BOOST_TEST(!is_taken(""));
  BOOST_TEST(!is_taken(right.substr(1)));
  BOOST_TEST(!is_taken(right + "0"));
  BOOST_TEST(!is_taken(right + std::string(1, '\0')));
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    BOOST_TEST(!is_taken(wrong), wrong);
  }
}

BOOST_AUTO_TEST_CASE(another_secret_text_or_method_gives_another_signature) {
  const std::string right = sign(SignatureMethod::md5hmac, kText, kSecret);
  BOOST_TEST(!is_signed(SignatureMethod::md5hmac, kText, kSecret + "x", right));
  BOOST_TEST(!is_signed(SignatureMethod::md5hmac, kText + "x", kSecret, right));
  BOOST_TEST(!is_signed(SignatureMethod::md5hash, kText, kSecret, right));
}

BOOST_AUTO_TEST_CASE(a_method_has_vonages_word) {
  for (const char* word : {"md5hash", "md5hmac", "sha1hmac", "sha256hmac", "sha512hmac", "token"}) {
    BOOST_REQUIRE(signature_method(word).has_value());
    BOOST_TEST(to_word(*signature_method(word)) == word);
  }
  BOOST_TEST(!signature_method("").has_value());
  BOOST_TEST(!signature_method("MD5HASH").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
