#include "log/committer.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace inbound_sms::log {

namespace {

int make_eventfd() {
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

}  // namespace

Committer::Committer(Store store, CommitterLimits limits)
    : store_(std::move(store)),
      limits_(limits),
      wake_(make_eventfd()),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

bool Committer::submit(std::uint64_t ticket, Record record) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (open_records_ >= limits_.records) return false;
    if (open_bytes_ + record.body.size() > limits_.bytes) return false;
    ++open_records_;
    open_bytes_ += record.body.size();
    records_.push_back(std::move(record));
    tickets_.push_back(ticket);
  }
  work_.notify_one();
  return true;
}

std::vector<Committer::Done> Committer::take() {
  std::uint64_t count;
  // Emptied first: an outcome that comes after this makes it readable again.
  [[maybe_unused]] const ssize_t n = ::read(wake_.get(), &count, sizeof count);
  const std::lock_guard<std::mutex> guard(mutex_);
  return std::exchange(done_, {});
}

bool Committer::busy() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return open_records_ > 0;
}

void Committer::run() {
  store_({});
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !records_.empty(); });
    if (records_.empty()) return;
    const std::vector<Record> batch = std::exchange(records_, {});
    const std::vector<std::uint64_t> tickets = std::exchange(tickets_, {});
    lock.unlock();
    const std::vector<Outcome> outcomes = store_(batch);
    lock.lock();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      open_bytes_ -= batch[i].body.size();
      done_.push_back({tickets[i], outcomes[i]});
    }
    open_records_ -= batch.size();
    const std::uint64_t one = 1;
    // Fails only when it is readable already.
    [[maybe_unused]] const ssize_t n = ::write(wake_.get(), &one, sizeof one);
  }
}

}  // namespace inbound_sms::log
