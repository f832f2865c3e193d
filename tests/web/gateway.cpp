#include "web/gateway.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "web/listener.h"

namespace inbound_sms::testing {

namespace {

constexpr std::chrono::seconds kPatience{30};

std::string port_of(int listener) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&name), &size);
  return std::to_string(ntohs(name.sin_port));
}

Descriptor listen_or_throw(const std::string& address) {
  Result<Descriptor> listener = web::listen_on(address, 0600);
  if (!listener) throw std::runtime_error(listener.error().text);
  return std::move(*listener);
}

web::FastCgiServer* server_of_the_process = nullptr;

void stop_the_server(int) {
  server_of_the_process->stop();
}

[[noreturn]] void serve_in_this_process(Descriptor listener, const std::function<void()>& limit,
                                        const std::function<void()>& prepare) {
  limit();
  StubApplication application;
  web::FastCgiServer server(std::move(listener), application, {}, [](std::string_view) {});
  server_of_the_process = &server;
  ::signal(SIGTERM, stop_the_server);
  prepare();
  server.run();
  ::_exit(0);
}

}  // namespace

std::optional<web::Response> StubApplication::handle(web::Ticket ticket, web::Request request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  arrived_.notify_all();
  const std::string query = request.query.value_or("-");
  if (query == "hold") {
    held_[request.body] = ticket;
    return std::nullopt;
  }
  if (query == "large") return web::Response{200, std::string(1'000'000, 'x')};
  if (query == "empty") return web::Response{204, ""};
  return web::Response{
      200, request.method.value_or("-") + " " + query + " " + std::to_string(request.body_size)};
}

web::Response StubApplication::late(web::Ticket) {
  return {503, "too late"};
}

bool StubApplication::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

web::Request StubApplication::last() {
  const std::lock_guard lock(mutex_);
  return requests_.back();
}

std::size_t StubApplication::count() {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

std::vector<std::string> StubApplication::queries() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> queries;
  for (const web::Request& request : requests_) queries.push_back(request.query.value_or("-"));
  return queries;
}

std::map<std::string, web::Ticket> StubApplication::held() {
  const std::lock_guard lock(mutex_);
  return held_;
}

Gateway::Gateway(web::FastCgiLimits limits, const std::string& address)
    : address_(address.empty() ? "unix:" + folder_.path() + "/socket" : address),
      posted_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  Descriptor listener = listen_or_throw(address_);
  if (!address.empty()) address_ = "127.0.0.1:" + port_of(listener.get());
  const auto report = [this](std::string_view line) {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
    reported_.notify_all();
  };
  server_ = std::make_unique<web::FastCgiServer>(std::move(listener), application_, limits, report);
  server_->watch(posted_event_.get(), [this] { run_posted(); });
  thread_ = std::thread([this] { server_->run(); });
}

Gateway::~Gateway() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

Answer Gateway::ask(const std::string& query) const {
  FastCgiClient client = connect();
  client.send(request(1, get(query), ""));
  return client.answer();
}

bool Gateway::serves() const {
  return ask("good").text() == "GET good 0\n";
}

void Gateway::post(std::function<void()> act) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(act));
  ::eventfd_write(posted_event_.get(), 1);
}

void Gateway::answer(web::Ticket ticket, const web::Response& response) {
  post([this, ticket, response] { server_->answer(ticket, response); });
}

bool Gateway::reports(const std::string& part) {
  std::unique_lock lock(mutex_);
  return reported_.wait_for(lock, kPatience, [&] {
    for (const std::string& line : lines_) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  });
}

void Gateway::run_posted() {
  std::vector<std::function<void()>> acts;
  {
    const std::lock_guard lock(mutex_);
    eventfd_t count = 0;
    ::eventfd_read(posted_event_.get(), &count);
    acts.swap(posted_);
  }
  for (const auto& act : acts) act();
}

GatewayProcess::GatewayProcess(const std::function<void()>& limit,
                               const std::function<void()>& prepare)
    : address_("unix:" + folder_.path() + "/socket") {
  Descriptor listener = listen_or_throw(address_);
  pid_ = ::fork();
  if (pid_ == 0) serve_in_this_process(std::move(listener), limit, prepare);
}

GatewayProcess::~GatewayProcess() {
  stops_well();
}

bool GatewayProcess::serves() const {
  FastCgiClient client(address_);
  client.send(request(1, get("good"), ""));
  return client.answer().text() == "GET good 0\n";
}

void GatewayProcess::stop() const {
  ::kill(pid_, SIGTERM);
}

bool GatewayProcess::stops_well() {
  if (pid_ < 0) return false;
  stop();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  int status = -1;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace inbound_sms::testing
