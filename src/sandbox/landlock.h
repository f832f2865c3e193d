#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace inbound_sms::sandbox {

// What may still be opened. Absolute paths of folders; each stands for all that is below it.
struct Folders {
  std::vector<std::string> logs;      // to read, make, write, cut and rename files and folders in
  std::vector<std::string> readable;  // to read files in
};

// The version of Landlock (landlock(7)) that this kernel offers, from 1 on. The Error says why it
// offers none.
Result<int> landlock_version();

// Takes from this thread, and those that it will start, the right to everything else in the file
// system, and, as far as the version knows of them: to bind and connect TCP sockets, to use
// devices, and to reach sockets and processes outside through abstract names and signals. What is
// open already stays so. The thread must have no_new_privs. /dev/null stays free to use.
//
// A rule holds on to the folder that is there now, not to its name: of one that is not there, or
// may not be looked at, the nearest folder above it counts, and one that takes its place later, a
// file system mounted over it among them, is not the same. A file system mounted somewhere below
// it is. A symbolic link stands for where it leads.
//
// Returns what was allowed in words, for the administrator.
Result<std::string> restrict_files(const Folders& allowed, int version);

}  // namespace inbound_sms::sandbox
