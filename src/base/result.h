#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace inbound_sms {

// What went wrong: the errno of the call that failed (0 where none did) and a sentence for a
// person, "what was tried: why it failed".
struct Error {
  int number = 0;
  std::string text;
};

// Builds the Error of a failed system call: "open /var/log/x: No space left on device".
// The one place that turns errno into words. It takes what was tried in parts, since a caller who
// put them together would allocate memory, and that may change errno before it is read.
Error system_error(int number, std::initializer_list<std::string_view> what_was_tried);

// A value or an Error. The way in which every function of the request path fails.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// The result of an act that yields nothing: `return Done{};` or an Error.
struct Done {};
using Status = Result<Done>;

}  // namespace inbound_sms
