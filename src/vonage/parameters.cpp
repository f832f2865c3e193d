#include "vonage/parameters.h"

#include <utility>

#include "base/text.h"

namespace inbound_sms::vonage {

Value string_value(std::string text) {
  return {Value::Type::string, std::move(text)};
}

void append_json(std::string& out, const Value& value) {
  switch (value.type) {
    case Value::Type::string:
      append_json_string(out, value.text);
      break;
    case Value::Type::null:
      out += "null";
      break;
    case Value::Type::number:
    case Value::Type::boolean:
    case Value::Type::composite:
      out += value.text;
      break;
  }
}

void Parameters::add(std::string name, Value value) {
  const auto [found, is_new] = places_.try_emplace(name, Place{parameters_.size()});
  if (is_new) {
    parameters_.push_back({std::move(name), std::move(value)});
    return;
  }
  Place& place = found->second;
  Value& values = parameters_[place.index].value;
  if (!place.repeated) {
    std::string array = "[";
    append_json(array, values);
    values = {Value::Type::composite, std::move(array)};
    place.repeated = true;
  } else {
    values.text.pop_back();  // the bracket that closed the array
  }
  values.text += ',';
  append_json(values.text, value);
  values.text += ']';
}

const Value* Parameters::find(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? nullptr : &parameters_[found->second.index].value;
}

std::string Parameters::to_json() const {
  std::string json = "{";
  for (const Parameter& parameter : parameters_) {
    if (json.size() > 1) json += ',';
    append_json_string(json, parameter.name);
    json += ':';
    append_json(json, parameter.value);
  }
  json += '}';
  return json;
}

}  // namespace inbound_sms::vonage
