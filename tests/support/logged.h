#pragma once

#include <rapidjson/document.h>

#include <string>
#include <vector>

namespace inbound_sms::testing {

// All lines of the .jsonl files that lie in a folder, renamed ones (.jsonl.1) included, oldest file
// first, each as parse_json() reads it. A check of the running test fails when a crc is not right.
std::vector<rapidjson::Document> read_log(const std::string& folder);

}  // namespace inbound_sms::testing
