#include "vonage/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "vonage/json_text.h"

namespace inbound_sms::vonage {

namespace {

constexpr std::string_view kTooDeep = "more than 64 levels";
static_assert(kMaxJsonLevels == 64);

// Takes the events of RapidJSON's reader. Members of the outer object become parameters; what lies
// deeper is written down again, compact, in `composite_`.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  explicit Builder(const JsonText& json) : json_(json) { decoded_.lossy = json.replaced; }

  bool Null() { return take({Value::Type::null, ""}); }
  bool Bool(bool value) { return take({Value::Type::boolean, value ? "true" : "false"}); }

  // Every number of the prepared text is `0`; its spelling is the next of the list.
  bool Uint(unsigned) {
    return take({Value::Type::number, std::string(json_.numbers[next_number_++])});
  }

  bool String(const char* bytes, rapidjson::SizeType length, bool) {
    return take(string_value(utf8(bytes, length)));
  }

  bool Key(const char* bytes, rapidjson::SizeType length, bool) {
    std::string name = utf8(bytes, length);
    if (level_ == 1) {
      name_ = std::move(name);
    } else {
      separate();
      append_json_string(composite_, name);
      composite_ += ':';
    }
    return true;
  }

  bool StartObject() { return level_ == 0 ? enter() : begin('{'); }
  bool StartArray() { return level_ == 0 ? fail("an array, not an object") : begin('['); }
  bool EndObject(rapidjson::SizeType) { return end('}'); }
  bool EndArray(rapidjson::SizeType) { return end(']'); }

  std::string_view failure() const { return failure_; }
  Decoded take_decoded() { return std::move(decoded_); }

 private:
  bool fail(std::string_view what) {
    failure_ = what;
    return false;
  }

  bool enter() { return ++level_ <= kMaxJsonLevels || fail(kTooDeep); }

  bool begin(char bracket) {
    separate();
    composite_ += bracket;
    return enter();
  }

  bool end(char bracket) {
    if (--level_ == 0) return true;
    composite_ += bracket;
    if (level_ == 1) {
      decoded_.parameters.add(std::move(name_),
                              {Value::Type::composite, std::exchange(composite_, {})});
    }
    return true;
  }

  bool take(Value value) {
    if (level_ == 0) return fail("a single value, not an object");
    if (level_ == 1) {
      decoded_.parameters.add(std::move(name_), std::move(value));
    } else {
      separate();
      append_json(composite_, value);
    }
    return true;
  }

  // A comma, unless the array, the object or the member has only begun: strings end in a quote, so
  // the last character tells.
  void separate() {
    if (composite_.empty()) return;
    const char last = composite_.back();
    if (last != '[' && last != '{' && last != ':') composite_ += ',';
  }

  // RapidJSON hands over the bytes between the quotes unchecked. Escapes are whole characters, so
  // an invalid sequence never reaches over one.
  std::string utf8(const char* bytes, rapidjson::SizeType length) {
    const std::string_view text(bytes, length);
    if (is_utf8(text)) return std::string(text);
    decoded_.lossy = true;
    return to_utf8(text);
  }

  const JsonText& json_;
  std::size_t next_number_ = 0;
  int level_ = 0;
  std::string name_;
  std::string composite_;
  std::string_view failure_;
  Decoded decoded_;
};

}  // namespace

Result<Decoded> parse_json_object(std::string_view text) {
  const Result<JsonText> json = prepare_json(text);
  if (!json) return json.error();
  Builder builder(*json);
  rapidjson::Reader reader;
  rapidjson::StringStream stream(json->text.c_str());
  // Iterative: what is nested deeply must not use up our stack.
  reader.Parse<rapidjson::kParseIterativeFlag>(stream, builder);
  if (!reader.HasParseError()) return builder.take_decoded();
  std::string_view what = builder.failure();
  if (what.empty()) what = rapidjson::GetParseError_En(reader.GetParseErrorCode());
  if (what.ends_with('.')) what.remove_suffix(1);
  return json_error(reader.GetErrorOffset(), what);
}

}  // namespace inbound_sms::vonage
