#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inbound_sms::vonage {

// The value of one parameter, with the type and the spelling that it came with. Vonage's own
// values are strings; a form has nothing else.
struct Value {
  enum class Type { string, number, boolean, null, composite };

  Type type = Type::null;
  // string: decoded, UTF-8, possibly with NUL characters; number and boolean: as spelled;
  // null: empty; composite (an array or an object): its compact JSON.
  std::string text;
};

Value string_value(std::string text);

// Appends the value as it stands on the log.
void append_json(std::string& out, const Value& value);

// The parameters of one request under Vonage's names, in the order of arrival. A name that stands
// twice has an array of its values, at the place of the first.
class Parameters {
 public:
  struct Parameter {
    std::string name;
    Value value;
  };

  // Takes O(log n): a body within the limit may hold tens of thousands of parameters. A hash would
  // let a hostile sender choose names that collide.
  void add(std::string name, Value value);

  // Null when no parameter has the name. Valid until the next add.
  const Value* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }

  bool empty() const { return parameters_.empty(); }
  std::size_t size() const { return parameters_.size(); }
  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }

  // One compact JSON object: the `message` of the log.
  std::string to_json() const;

 private:
  struct Place {
    std::size_t index;
    bool repeated = false;
  };

  std::vector<Parameter> parameters_;
  std::map<std::string, Place, std::less<>> places_;
};

// What a decoder makes of a text. `lossy`: the text held something that UTF-8 cannot, and U+FFFD
// stands for it.
struct Decoded {
  Parameters parameters;
  bool lossy = false;
};

}  // namespace inbound_sms::vonage
