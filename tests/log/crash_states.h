#pragma once

#include <functional>

#include "log/fake_disk.h"

namespace inbound_sms::log {

// At how many places writes are torn.
enum class Tears { few, at_every_byte };

// Calls `visit` with every machine that a power cut at this moment may leave:
//  - any three or fewer of the changes that are not on the disk are lost, and all others are not;
//  - any three or fewer are kept, and all others are lost, those in between, too: reordered;
//  - one of the newest three is torn, with what is behind the tear missing or zeros, while the
//    other two are kept or lost, and all older ones are kept or lost.
void each_power_cut(const FakeDisk& disk, Tears tears,
                    const std::function<void(const FakeDisk& machine)>& visit);

}  // namespace inbound_sms::log
