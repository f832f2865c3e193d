#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "tools/deliver.h"

namespace inbound_sms::testing {

// Deliveries that are under way while a test does something else.
class Sending {
 public:
  Sending(std::vector<tools::Delivery> deliveries, tools::Route route)
      : deliveries_(std::move(deliveries)), route_(std::move(route)) {
    route_.connect = [this] { return counted_connection(); };
    sent_ = std::async(std::launch::async, [this] { tools::deliver(deliveries_, route_); });
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  // Attempts that got no 204 so far.
  int failed() const { return failed_; }

  // The deliveries, when each has been taken or given up.
  const std::vector<tools::Delivery>& wait() {
    if (sent_.valid()) sent_.get();
    return deliveries_;
  }

 private:
  tools::Send counted_connection() {
    const auto connection = std::make_shared<tools::HttpConnection>(route_.limits);
    return [this, connection](const tools::InboundRequest& request) {
      tools::HttpAnswer answer = connection->send(request);
      if (answer.status != 204) ++failed_;
      return answer;
    };
  }

  std::vector<tools::Delivery> deliveries_;
  tools::Route route_;
  std::atomic<int> failed_ = 0;
  std::future<void> sent_;  // last: its end waits for the deliveries
};

}  // namespace inbound_sms::testing
