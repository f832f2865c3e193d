#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "support/fastcgi_client.h"
#include "support/handler.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// The handler as it was built, with hostile peers around it, and what must be true of it at any
// time whatever they do:
//   1. it lives, and ends well when it is told to (Handler sees to it),
//   2. its memory stays below what its limits add up to,
//   3. no core is burnt while its peers are stuck,
//   4. a good request is answered 204 while the bad peers are there,
//   5. its log holds the messages that were answered 204, each once, and nothing else.
// Of 4 the slowest is reported and never judged: that depends on the machine.
class Siege {
 public:
  explicit Siege(Listen listen, const Environment& settings = {},
                 const std::vector<std::string>& wrapper = {});
  Siege(const Siege&) = delete;
  Siege& operator=(const Siege&) = delete;
  ~Siege();  // 1, 2 and 5

  FastCgiClient connect() const { return FastCgiClient(handler_.address()); }
  // 4, over a connection of its own.
  void serves();
  // 3, from construction to the end; nothing that needs much work may be asked for meanwhile.
  class Rest {
   public:
    explicit Rest(const Siege& siege);
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;
    ~Rest();

   private:
    const pid_t pid_;
    const double cpu_before_;
    const std::chrono::steady_clock::time_point began_;
  };

  // A peer was answered 204 to so many messages of its own making.
  void count_stored(std::size_t messages) { stored_ += messages; }
  // So many messages more may have been stored, or not.
  void count_doubtful(std::size_t messages) { doubtful_ += messages; }
  // So many peers are there at once, for the memory that they may take together.
  void count_peers(std::size_t peers) { peers_ = peers; }

  Handler& handler() { return handler_; }
  pid_t pid() { return handler_.process().pid(); }

 private:
  void check_memory();
  void check_log();

  TemporaryFolder folder_;
  Handler handler_;
  std::set<std::string> ids_;  // of the messages that serves() brought
  std::size_t stored_ = 0;
  std::size_t doubtful_ = 0;
  std::size_t peers_ = 1;
};

// The parameters of a GET that brings a message which nobody else brings.
Params new_message();
// Its request, whole.
std::string good_request(bool keep, std::uint16_t id = 1);

}  // namespace inbound_sms::testing
