#include "tools/deliver.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

namespace inbound_sms::tools {

namespace {

using SteadyClock = std::chrono::steady_clock;

// The deliveries that wait for their time, and those who make the attempts.
class Run {
 public:
  Run(std::vector<Delivery>& deliveries, const Route& route, const Ended& ended)
      : route_(route), ended_(ended) {
    for (Delivery& delivery : deliveries) enqueue(delivery);
  }

  // What one connection does, until there is nothing left to do.
  void work() {
    const Send send = open_connection();
    std::unique_lock<std::mutex> lock(mutex_);
    while (Delivery* const delivery = wait_for_next(lock)) {
      lock.unlock();
      Attempt attempt = try_once(send, delivery->event());
      lock.lock();
      delivery->attempted(std::move(attempt));
      --under_way_;
      if (!enqueue(*delivery) && ended_) ended_(*delivery);
      changed_.notify_all();
    }
  }

 private:
  Send open_connection() const {
    if (route_.connect) return route_.connect();
    const auto connection = std::make_shared<HttpConnection>(route_.limits);
    return [connection](const InboundRequest& request) { return connection->send(request); };
  }

  Moment since_begin() const {
    return std::chrono::duration_cast<Moment>(SteadyClock::now() - begin_);
  }

  // False when it has ended.
  bool enqueue(Delivery& delivery) {
    if (!delivery.due()) return false;
    waiting_.emplace(*delivery.due(), &delivery);
    return true;
  }

  // The delivery that is due; nullptr when none is left.
  Delivery* wait_for_next(std::unique_lock<std::mutex>& lock) {
    while (!waiting_.empty() || under_way_ > 0) {
      if (waiting_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const auto [due, delivery] = *waiting_.begin();
      if (due <= since_begin()) {
        waiting_.erase(waiting_.begin());
        ++under_way_;
        return delivery;
      }
      changed_.wait_until(lock, begin_ + due);
    }
    return nullptr;
  }

  Attempt try_once(const Send& send, const Event& event) const {
    const InboundRequest request = to_request(event, route_.form, route_.url, system_clock().now());
    const Moment begun = since_begin();
    HttpAnswer answer = send(request);
    return {begun, since_begin(), std::move(answer)};
  }

  const Route& route_;
  const Ended& ended_;
  const SteadyClock::time_point begin_ = SteadyClock::now();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<Moment, Delivery*>> waiting_;  // by when they are due
  std::size_t under_way_ = 0;
};

}  // namespace

void deliver(std::vector<Delivery>& deliveries, const Route& route, const Ended& ended) {
  Run run(deliveries, route, ended);
  std::vector<std::future<void>> connections;
  for (std::size_t i = 0; i < std::min(route.connections, deliveries.size()); ++i)
    connections.push_back(std::async(std::launch::async, [&run] { run.work(); }));
  for (std::future<void>& connection : connections) connection.get();
}

}  // namespace inbound_sms::tools
