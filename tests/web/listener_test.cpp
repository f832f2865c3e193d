#include "web/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "web/gateway.h"

using inbound_sms::Descriptor;
using inbound_sms::Result;
using inbound_sms::testing::FastCgiClient;
using inbound_sms::testing::TemporaryFolder;
using inbound_sms::web::is_listening;
using inbound_sms::web::listen_on;

namespace {

std::string failure(const std::string& address) {
  const Result<Descriptor> listener = listen_on(address, 0660);
  return listener ? "it listens" : listener.error().text;
}

mode_t mode_of(const std::string& path) {
  struct stat file {};
  BOOST_REQUIRE(::lstat(path.c_str(), &file) == 0);
  BOOST_TEST(S_ISSOCK(file.st_mode));
  return file.st_mode & 0777U;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listener)

BOOST_AUTO_TEST_CASE(a_unix_socket_has_the_mode_whatever_the_umask) {
  const TemporaryFolder folder;
  for (const mode_t mask : {0U, 022U, 077U, 0777U}) {
    const std::string path = folder.path() + "/" + std::to_string(mask);
    const mode_t before = ::umask(mask);
    const Result<Descriptor> listener = listen_on("unix:" + path, 0660);
    BOOST_TEST(::umask(before) == mask);  // left as it was
    BOOST_REQUIRE(listener);
    BOOST_TEST(mode_of(path) == 0660U);
    BOOST_TEST(is_listening(listener->get()));
  }
}

BOOST_AUTO_TEST_CASE(a_dead_socket_is_replaced) {
  const TemporaryFolder folder;
  const std::string address = "unix:" + folder.path() + "/socket";
  { BOOST_REQUIRE(listen_on(address, 0660)); }
  const Result<Descriptor> again = listen_on(address, 0600);
  BOOST_REQUIRE(again);
  BOOST_TEST(mode_of(folder.path() + "/socket") == 0600U);
  BOOST_CHECK_NO_THROW(FastCgiClient{address});
}

BOOST_AUTO_TEST_CASE(a_living_socket_is_left_alone) {
  const TemporaryFolder folder;
  const std::string address = "unix:" + folder.path() + "/socket";
  const Result<Descriptor> first = listen_on(address, 0660);
  BOOST_REQUIRE(first);
  BOOST_TEST(failure(address) == "listen on " + address + ": somebody listens there already");
  BOOST_CHECK_NO_THROW(FastCgiClient{address});
}

BOOST_AUTO_TEST_CASE(a_living_socket_whose_queue_is_full_is_left_alone) {
  const TemporaryFolder folder;
  const std::string address = "unix:" + folder.path() + "/socket";
  const Result<Descriptor> first = listen_on(address, 0660);
  BOOST_REQUIRE(first);
  ::listen(first->get(), 0);
  const FastCgiClient waiting(address);
  BOOST_TEST(failure(address) == "listen on " + address + ": somebody listens there already");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_socket_is_left_alone) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/precious";
  std::ofstream(path) << "precious";
  BOOST_TEST(failure("unix:" + path) ==
             "listen on unix:" + path + ": a file that is no socket is in its place");
  std::string kept;
  std::ifstream(path) >> kept;
  BOOST_TEST(kept == "precious");
}

BOOST_AUTO_TEST_CASE(a_link_is_not_followed) {
  const TemporaryFolder folder;
  const std::string link = folder.path() + "/link";
  BOOST_REQUIRE(::symlink("nowhere", link.c_str()) == 0);
  BOOST_TEST(failure("unix:" + link) ==
             "listen on unix:" + link + ": a file that is no socket is in its place");
}

BOOST_AUTO_TEST_CASE(a_wrong_unix_path_is_named_in_words) {
  const std::string longest = "unix:/" + std::string(107, 'x');
  BOOST_TEST(failure(longest) == "listen on " + longest + ": File name too long");
  const TemporaryFolder folder;
  const std::string missing = "unix:" + folder.path() + "/missing/socket";
  BOOST_TEST(failure(missing) == "listen on " + missing + ": No such file or directory");
}

BOOST_AUTO_TEST_CASE(host_and_port) {
  for (const char* address : {"127.0.0.1:0", "localhost:0"}) {
    const Result<Descriptor> listener = listen_on(address, 0660);
    BOOST_REQUIRE_MESSAGE(listener, address);
    BOOST_TEST(is_listening(listener->get()));
    BOOST_TEST((::fcntl(listener->get(), F_GETFD) & FD_CLOEXEC) != 0);
    BOOST_TEST((::fcntl(listener->get(), F_GETFL) & O_NONBLOCK) != 0);
  }
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_named_in_words) {
  const inbound_sms::testing::Gateway gateway({}, "127.0.0.1:0");
  BOOST_TEST(failure(gateway.address()) ==
             "listen on " + gateway.address() + ": Address already in use");
}

BOOST_AUTO_TEST_CASE(a_wrong_address_is_named_in_words) {
  BOOST_TEST(failure("") == "listen on : Invalid argument");
  BOOST_TEST(failure("9000") == "listen on 9000: Invalid argument");
  BOOST_TEST(failure("localhost:http:") == "listen on localhost:http:: Name or service not known");
}

BOOST_AUTO_TEST_CASE(only_a_listening_socket_listens) {
  const Descriptor idle(::socket(AF_UNIX, SOCK_STREAM, 0));
  BOOST_TEST(!is_listening(idle.get()));
  BOOST_TEST(!is_listening(-1));
  int both[2];
  BOOST_REQUIRE(::pipe(both) == 0);
  const Descriptor reader(both[0]);
  const Descriptor writer(both[1]);
  BOOST_TEST(!is_listening(reader.get()));
}

BOOST_AUTO_TEST_SUITE_END()
