#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// The entry of libFuzzer for a property that throws where it does not hold: the exception ends the
// program, and libFuzzer keeps the input. The bytes are copied by libFuzzer into a block of just
// their size, so that a read behind their end is noticed.
#define FUZZ_TARGET(property)                                                         \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    inbound_sms::properties::property({reinterpret_cast<const char*>(data), size});   \
    return 0;                                                                         \
  }
