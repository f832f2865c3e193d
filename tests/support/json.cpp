#include "support/json.h"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>

namespace inbound_sms::testing {

namespace {

class NumbersBySpelling
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, NumbersBySpelling> {
 public:
  explicit NumbersBySpelling(rapidjson::Document& document) : document_(document) {}

  bool RawNumber(const char* spelling, rapidjson::SizeType length, bool) {
    const std::string marked = "number " + std::string(spelling, length);
    return document_.String(marked.data(), rapidjson::SizeType(marked.size()), true);
  }
  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return document_.String(text, length, copy);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return document_.Key(text, length, copy);
  }
  bool StartObject() { return document_.StartObject(); }
  bool StartArray() { return document_.StartArray(); }
  bool EndObject(rapidjson::SizeType count) { return document_.EndObject(count); }
  bool EndArray(rapidjson::SizeType count) { return document_.EndArray(count); }

 private:
  rapidjson::Document& document_;
};

}  // namespace

rapidjson::Document parse_json(const std::string& text) {
  rapidjson::Document document;
  if (parse_json(text, document) != rapidjson::kParseErrorNone)
    throw std::runtime_error("not JSON: " + text);
  return document;
}

rapidjson::ParseErrorCode parse_json(const std::string& text, rapidjson::Document& document) {
  rapidjson::Reader reader;
  rapidjson::StringStream stream(text.c_str());
  const auto events = [&](rapidjson::Document& builder) {
    NumbersBySpelling handler(builder);
    // Iterative: what is nested deeply must not use up the stack.
    constexpr unsigned kFlags =
        rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
    return bool(reader.Parse<kFlags>(stream, handler));
  };
  document.Populate(events);
  return reader.GetParseErrorCode();
}

std::string shown(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

std::string string_of(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) {
    throw std::runtime_error(std::string("no string ") + name + " in " + shown(object));
  }
  return {member->value.GetString(), member->value.GetStringLength()};
}

}  // namespace inbound_sms::testing
