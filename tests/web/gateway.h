#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "support/fastcgi_client.h"
#include "support/process_usage.h"
#include "support/temporary_folder.h"
#include "web/application.h"
#include "web/fastcgi_server.h"

namespace inbound_sms::testing {

// Answers every request at once with 200 and a text that shows what arrived, or keeps those whose
// query is "hold" until it is told. Its state may be looked at from any thread.
class StubApplication : public web::Application {
 public:
  std::optional<web::Response> handle(web::Ticket ticket, web::Request request) override;
  web::Response late(web::Ticket ticket) override;

  // Waits until so many requests have arrived in all; false after a long time.
  bool wait_for(std::size_t count);
  web::Request last();
  std::size_t count();
  std::vector<std::string> queries();  // in the order of arrival
  // Tickets of held requests by their body, in no order.
  std::map<std::string, web::Ticket> held();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<web::Request> requests_;
  std::map<std::string, web::Ticket> held_;
};

// A gateway that runs in a thread of its own, on a unix socket in a folder of its own unless an
// address is given.
class Gateway {
 public:
  explicit Gateway(web::FastCgiLimits limits = {}, const std::string& address = "");
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  const std::string& address() const { return address_; }
  FastCgiClient connect() const { return FastCgiClient(address_); }
  // Sends one request on a connection of its own.
  Answer ask(const std::string& query) const;
  // True when a request is answered as it should.
  bool serves() const;

  // Runs `act` in the gateway's thread, as an application's outcomes arrive there.
  void post(std::function<void()> act);
  void answer(web::Ticket ticket, const web::Response& response);
  void stop() { server_->stop(); }
  void join() { thread_.join(); }

  StubApplication& application() { return application_; }
  // True when a line with `part` was reported, now or within a long time.
  bool reports(const std::string& part);

 private:
  void run_posted();

  TemporaryFolder folder_;
  std::string address_;
  StubApplication application_;
  Descriptor posted_event_;
  std::mutex mutex_;
  std::condition_variable reported_;
  std::vector<std::function<void()>> posted_;
  std::vector<std::string> lines_;
  std::unique_ptr<web::FastCgiServer> server_;
  std::thread thread_;
};

// A gateway in a process of its own, where limits of the process can be set and its death is
// seen. `prepare` runs there when the gateway is made, before it runs.
class GatewayProcess {
 public:
  explicit GatewayProcess(const std::function<void()>& limit, const std::function<void()>& prepare);
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;
  ~GatewayProcess();

  const std::string& address() const { return address_; }
  bool serves() const;
  std::size_t resident_kib() const { return testing::resident_kib(pid_); }
  double cpu_seconds() const { return testing::cpu_seconds(pid_); }
  void stop() const;
  // Stops it; true when it ended by itself with 0.
  bool stops_well();

 private:
  TemporaryFolder folder_;
  std::string address_;
  pid_t pid_ = -1;
};

}  // namespace inbound_sms::testing
