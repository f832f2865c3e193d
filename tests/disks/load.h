#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "disks/delivery.h"

namespace inbound_sms::testing {

// Clients that deliver new messages, each until it is answered 204, for as long as this object
// lives. Each client goes from one door to the next with every delivery.
class Load {
 public:
  Load(int clients, std::vector<Deliver> doors);
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  // What was answered 204 so far.
  std::vector<std::string> acknowledged() const;
  // Waits until so many more were. False when they never are.
  bool goes_on(std::size_t more) const;

 private:
  void deliver_all(int client);
  std::size_t count() const;

  const std::vector<Deliver> doors_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> acknowledged_;
  std::vector<std::thread> clients_;  // last: they use all of the above
};

}  // namespace inbound_sms::testing
