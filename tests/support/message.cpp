#include "support/message.h"

#include "support/json.h"

namespace inbound_sms::testing {

std::string message(const std::string& id) {
  return "msisdn=447700900001&to=447700900000&messageId=" + id +
         "&text=Caf%C3%A9+1%2B1&type=text&keyword=CAF%C3%89";
}

std::string json_message(const std::string& id) {
  return R"({"msisdn":"447700900001","to":"447700900000","messageId":")" + id +
         R"(","text":"Caf\u00e9 1+1","type":"text","keyword":"CAF\u00c9"})";
}

bool is_message(const rapidjson::Value& line, const std::string& id) {
  return string_of(line, "kind") == "inbound-sms" &&
         line["message"] == parse_json(json_message(id)) && line.HasMember("key");
}

}  // namespace inbound_sms::testing
