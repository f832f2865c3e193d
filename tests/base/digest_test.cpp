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

BOOST_AUTO_TEST_SUITE_END()
