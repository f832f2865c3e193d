#include "disks/load.h"

#include "support/wait.h"

namespace inbound_sms::testing {

Load::Load(int clients, std::vector<Deliver> doors) : doors_(std::move(doors)) {
  for (int client = 0; client < clients; ++client)
    clients_.emplace_back([this, client] { deliver_all(client); });
}

Load::~Load() {
  stopping_ = true;
  for (std::thread& client : clients_) client.join();
}

std::vector<std::string> Load::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

bool Load::goes_on(std::size_t more) const {
  const std::size_t enough = count() + more;
  return wait_until([&] { return count() >= enough; });
}

std::size_t Load::count() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_.size();
}

void Load::deliver_all(int client) {
  std::size_t door = std::size_t(client);
  for (int number = 0; !stopping_; ++number) {
    const std::string id = "0C" + std::to_string(client) + "-" + std::to_string(number);
    bool taken = false;
    while (!taken && !stopping_) taken = doors_[door++ % doors_.size()](id) == 204;
    const std::lock_guard lock(mutex_);
    if (taken) acknowledged_.push_back(id);
  }
}

}  // namespace inbound_sms::testing
