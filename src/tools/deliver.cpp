#include "tools/deliver.h"

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace inbound_sms::tools {

namespace {

using SteadyClock = std::chrono::steady_clock;

// The deliveries that wait for their time, and what the connections do with them.
class Run {
 public:
  Run(std::vector<Delivery>& deliveries, const Route& route, const Ended& ended)
      : route_(route), ended_(ended) {
    for (Delivery& delivery : deliveries)
      if (delivery.due()) waiting_.emplace(*delivery.due(), &delivery);
  }

  // The part of one connection.
  void work() {
    const Send send = open_connection();
    while (Delivery* const delivery = take_next()) put_back(*delivery, try_once(send, *delivery));
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

  // The next delivery, once it is due; nullptr when none waits: each that is left is under way on
  // another connection, which goes on with it. Nobody need be woken for what is put back, since
  // who puts it back looks here next.
  Delivery* take_next() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!waiting_.empty()) {
      const auto [due, delivery] = *waiting_.begin();
      if (due <= since_begin()) {
        waiting_.erase(waiting_.begin());
        return delivery;
      }
      lock.unlock();
      std::this_thread::sleep_until(begin_ + due);
      lock.lock();
    }
    return nullptr;
  }

  Attempt try_once(const Send& send, const Delivery& delivery) const {
    const Moment begun = since_begin();
    const bool as_first =
        route_.repeated_proof == RepeatedProof::first && !delivery.attempts().empty();
    const Moment pushed = as_first ? delivery.attempts().front().begun : begun;
    HttpAnswer answer = send(to_request(delivery.event(), route_.form, route_.url,
                                        begin_time_ + pushed, route_.signing));
    return {begun, since_begin(), std::move(answer)};
  }

  void put_back(Delivery& delivery, Attempt attempt) {
    const std::lock_guard<std::mutex> guard(mutex_);
    delivery.attempted(std::move(attempt));
    if (delivery.due())
      waiting_.emplace(*delivery.due(), &delivery);
    else if (ended_)
      ended_(delivery);
  }

  const Route& route_;
  const Ended& ended_;
  const SteadyClock::time_point begin_ = SteadyClock::now();
  const Time begin_time_ = system_clock().now();

  std::mutex mutex_;
  std::set<std::pair<Moment, Delivery*>> waiting_;  // by when they are due
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
