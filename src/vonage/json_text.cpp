#include "vonage/json_text.h"

#include <utility>

#include "base/hex.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kReplacementEscape = "\\ufffd";
constexpr std::size_t kEscapeLength = kReplacementEscape.size();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

bool take_one_of(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text.front()) == characters.npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_digits(std::string_view& text) {
  if (!take_one_of(text, "0123456789")) return false;
  while (take_one_of(text, "0123456789")) {
  }
  return true;
}

bool is_number(std::string_view text) {
  take_one_of(text, "-");
  if (!take_one_of(text, "0") && !take_digits(text)) return false;
  if (take_one_of(text, ".") && !take_digits(text)) return false;
  if (take_one_of(text, "eE")) {
    take_one_of(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

// The UTF-16 unit of the `\uXXXX` at `at`, or -1 when there is none.
int unit_at(std::string_view text, std::size_t at) {
  if (text.size() < at + kEscapeLength || text.substr(at, 2) != "\\u") return -1;
  int unit = 0;
  for (const char digit : text.substr(at + 2, 4)) {
    const int value = hex_value(digit);
    if (value < 0) return -1;
    unit = unit << 4 | value;
  }
  return unit;
}

// Walks over the text once. Strings are told from what stands between them by their quotes; what
// is malformed otherwise stays as it is and stops the parser at the same place.
class Pass {
 public:
  explicit Pass(std::string_view original) : original_(original) { out_.text = original; }

  Result<JsonText> run() {
    if (const std::size_t nul = original_.find('\0'); nul != original_.npos)
      return json_error(nul, "a NUL byte");
    if (original_.starts_with(kByteOrderMark)) blank_out(0, kByteOrderMark.size());
    while (at_ < original_.size()) {
      const char c = original_[at_];
      if (c == '"') {
        pass_string();
      } else if (c != '-' && !is_digit(c)) {
        ++at_;
      } else if (!pass_number()) {
        return json_error(at_, "a number that is not one in JSON");
      }
    }
    return std::move(out_);
  }

 private:
  void blank_out(std::size_t from, std::size_t length) {
    out_.text.replace(from, length, length, ' ');
  }

  bool pass_number() {
    std::size_t end = original_.find_first_not_of("0123456789+-.eE", at_);
    if (end == original_.npos) end = original_.size();
    const std::string_view number = original_.substr(at_, end - at_);
    if (!is_number(number)) return false;
    out_.numbers.push_back(number);
    blank_out(at_, number.size());
    out_.text[at_] = '0';
    at_ = end;
    return true;
  }

  void pass_string() {
    ++at_;
    while (at_ < original_.size() && original_[at_] != '"') {
      if (original_[at_] == '\\') {
        pass_escape();
      } else {
        ++at_;
      }
    }
    ++at_;
  }

  void pass_escape() {
    const int unit = unit_at(original_, at_);
    if (unit < 0) {
      at_ += 2;
    } else if (is_high_surrogate(unit) &&
               is_low_surrogate(unit_at(original_, at_ + kEscapeLength))) {
      at_ += 2 * kEscapeLength;
    } else {
      if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
        out_.text.replace(at_, kEscapeLength, kReplacementEscape);
        out_.replaced = true;
      }
      at_ += kEscapeLength;
    }
  }

  std::string_view original_;
  std::size_t at_ = 0;
  JsonText out_;
};

}  // namespace

Result<JsonText> prepare_json(std::string_view original) {
  return Pass(original).run();
}

Error json_error(std::size_t offset, std::string_view what) {
  return {0, "at byte " + std::to_string(offset) + ": " + std::string(what)};
}

}  // namespace inbound_sms::vonage
