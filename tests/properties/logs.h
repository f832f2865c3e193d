#pragma once

#include <string_view>

namespace inbound_sms::properties {

// What holds for every file in the place of a log, whatever is in it, or Violated is thrown: see
// the .cpp. A crc `xxxxxxxx` stands for the right one.
void check_any_log(std::string_view text);

// What holds for a log that was written with our own records and then changed at one place, or
// Violated is thrown: see the .cpp. The first five bytes say how it is changed (a letter) and where
// (two numbers, the lower byte first); each line behind is the form of a message.
void check_written_log(std::string_view text);

}  // namespace inbound_sms::properties
