#define BOOST_TEST_MODULE inbound_sms
#include <boost/test/unit_test.hpp>
