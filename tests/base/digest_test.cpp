#include "base/digest.h"

#include <boost/test/unit_test.hpp>

#include "base/hex.h"

using namespace inbound_sms;

BOOST_AUTO_TEST_SUITE(digests)

// The examples of FIPS 180-2, appendix B.
BOOST_AUTO_TEST_CASE(sha256_gives_the_standards_examples) {
  BOOST_TEST(to_hex(sha256("")) ==
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(to_hex(sha256("abc")) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// RFC 4648 section 10.
BOOST_AUTO_TEST_CASE(base64_gives_the_standards_examples) {
  BOOST_TEST(base64("") == "");
  BOOST_TEST(base64("f") == "Zg==");
  BOOST_TEST(base64("fo") == "Zm8=");
  BOOST_TEST(base64("foo") == "Zm9v");
  BOOST_TEST(base64("foobar") == "Zm9vYmFy");
}

BOOST_AUTO_TEST_CASE(base64_takes_any_bytes) {
  BOOST_TEST(base64(std::string_view("\0\xFF\xFE\xFB", 4)) == "AP/++w==");
}

// RFC 1321 A.5; FIPS 180-2 A.1 and C.1 (SHA-1, SHA-512 of "abc").
BOOST_AUTO_TEST_CASE(each_digest_gives_its_standards_example) {
  BOOST_TEST(to_hex(digest(Hash::md5, "abc")) == "900150983cd24fb0d6963f7d28e17f72");
  BOOST_TEST(to_hex(digest(Hash::sha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  BOOST_TEST(to_hex(digest(Hash::sha256, "abc")) == to_hex(sha256("abc")));
  BOOST_TEST(to_hex(digest(Hash::sha512, "abc")) ==
             "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

// RFC 2202 (MD5, SHA-1) and RFC 4231 (SHA-256, SHA-512), test case 2.
BOOST_AUTO_TEST_CASE(each_hmac_gives_its_standards_example) {
  const auto of = [](Hash hash) {
    return to_hex(hmac(hash, "Jefe", "what do ya want for nothing?"));
  };
  BOOST_TEST(of(Hash::md5) == "750c783e6ab0b503eaa86e310a5db738");
  BOOST_TEST(of(Hash::sha1) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  BOOST_TEST(of(Hash::sha256) ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(of(Hash::sha512) ==
             "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
             "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

BOOST_AUTO_TEST_CASE(only_what_is_equal_in_all_bytes_is_equal) {
  BOOST_TEST(equal_in_constant_time("", ""));
  BOOST_TEST(equal_in_constant_time("abc", "abc"));
  for (const char* other : {"", "ab", "abcd", "abd", "bbc"})
    BOOST_TEST(!equal_in_constant_time("abc", other), other);
}

BOOST_AUTO_TEST_CASE(base64url_has_no_padding_and_other_signs_and_is_read_back) {
  BOOST_TEST(base64url("") == "");
  BOOST_TEST(base64url("f") == "Zg");
  BOOST_TEST(base64url("fo") == "Zm8");
  BOOST_TEST(base64url("\xff\xfe\xfb") == "__77");
  BOOST_TEST(base64url("\xfb\xff") == "-_8");
  for (const std::string bytes : {"", "f", "fo", "foo", "\xff\xfe\xfd"})
    BOOST_TEST(from_base64url(base64url(bytes)).value() == bytes);
}

BOOST_AUTO_TEST_CASE(base64_is_read_back) {
  for (const std::string bytes :
       {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd"}) {
    BOOST_TEST(from_base64(base64(bytes)).value() == bytes);
  }
  const std::string zeros(5, '\0');
  BOOST_TEST(from_base64(base64(zeros)).value() == zeros);
}

BOOST_AUTO_TEST_CASE(what_is_not_exactly_base64_is_not_read) {
  for (const char* text : {"Zg", "Zg=", "Zg= =", "Zg==\n", " Zg==", "Zh==", "Zm9=", "Z===", "====",
                           "Zm9v=", "Z-9v", "Zm!v", "=Zg="})
    BOOST_TEST(!from_base64(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(base64url_has_two_other_characters_and_no_padding) {
  BOOST_TEST(from_base64url("-_8").value() == "\xfb\xff");
  BOOST_TEST(from_base64url("").value() == "");
  for (const char* text : {"+/8", "-_8=", "-", "Zh", "-_8\n", "-_ 8"})
    BOOST_TEST(!from_base64url(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
