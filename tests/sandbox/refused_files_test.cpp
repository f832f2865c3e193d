#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdio>
#include <string>

#include "sandbox/attempt.h"

using namespace inbound_sms::testing;

BOOST_AUTO_TEST_SUITE(files_are_refused, *boost::unit_test::precondition(has_landlock))

BOOST_AUTO_TEST_CASE(to_read_a_file_outside) {
  is_refused(
      [](const Scene& scene) { return error_of(::open(scene.elsewhere().c_str(), O_RDONLY)); },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_read_the_file_of_passwords_by_a_way_around) {
  is_refused(
      [](const Scene& scene) {
        return error_of(::open((scene.log() + "/../../../etc/passwd").c_str(), O_RDONLY));
      },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_read_what_the_kernel_says_of_another_process) {
  is_refused(
      [](const Scene&) {
        const std::string parent = "/proc/" + std::to_string(::getppid()) + "/status";
        return error_of(::open(parent.c_str(), O_RDONLY));
      },
      EACCES);
  is_refused([](const Scene&) { return error_of(::open("/proc/1/cmdline", O_RDONLY)); }, EACCES);
}

BOOST_AUTO_TEST_CASE(to_write_a_file_outside) {
  is_refused(
      [](const Scene& scene) { return error_of(::open(scene.elsewhere().c_str(), O_WRONLY)); },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_cut_a_file_outside) {
  is_refused(
      [](const Scene& scene) {
        return error_of(::open(scene.elsewhere().c_str(), O_RDONLY | O_TRUNC));
      },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_make_a_file_outside) {
  is_refused(
      [](const Scene& scene) {
        return error_of(::open(scene.outside("new").c_str(), O_WRONLY | O_CREAT, 0600));
      },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_make_a_folder_outside) {
  is_refused(
      [](const Scene& scene) { return error_of(::mkdir(scene.outside("new").c_str(), 0700)); },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_list_a_folder_outside) {
  is_refused(
      [](const Scene& scene) {
        return error_of(::open(scene.folder.path().c_str(), O_RDONLY | O_DIRECTORY));
      },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_move_a_file_out_of_the_log) {
  is_refused(
      [](const Scene& scene) {
        return error_of(::rename(scene.here().c_str(), scene.outside("new").c_str()));
      },
      EACCES);
}

BOOST_AUTO_TEST_CASE(to_follow_a_link_that_leads_out_of_the_log) {
  is_refused([](const Scene& scene) { return error_of(::open(scene.link().c_str(), O_RDONLY)); },
             EACCES);
}

BOOST_AUTO_TEST_SUITE_END()
