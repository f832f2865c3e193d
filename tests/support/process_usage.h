#pragma once

#include <sys/types.h>

#include <cstddef>

// What a running process takes of the machine (proc(5)); 0 of one that is gone.
namespace inbound_sms::testing {

std::size_t resident_kib(pid_t pid);       // memory, now
std::size_t most_resident_kib(pid_t pid);  // memory, the most that it ever was
double cpu_seconds(pid_t pid);             // of all its threads since its start
std::size_t open_descriptors(pid_t pid);

}  // namespace inbound_sms::testing
