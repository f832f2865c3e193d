#pragma once

#include <string>

#include "settings.h"

namespace inbound_sms {

// Enters the sandbox (src/sandbox) with what a handler of these settings needs later, and returns
// the line that says what is in force. To be called when the settings are read and the listener is
// open, and before any thread is started. The secrets are best read afterwards: what works at the
// start works when they change. CannotStart where sandbox::enter() fails.
//
// What it needs later are the folders of the two logs, and that of the secrets, which are read
// again when they change. The file of the settings is read once, before: its folder, which may be
// /etc, is not needed. A log's folder is made first where it can be. Where it cannot, the folder
// above it is allowed instead, so that the log is written as soon as somebody has made it; the line
// says so, and after the next start it is the log's alone.
//
// Landlock's rules hold on to folders, not to names: when the log's folder is replaced, or a file
// system is mounted over it, requests get 503 until the handler is started again (kNewFolderHint).
// A link in the log's folder that leads out of it cannot be followed.
std::string confine(const Settings& settings);

// What an administrator has to know where the sandbox may be why a log cannot be opened.
constexpr char kNewFolderHint[] =
    "; if the folder is newer than this process, or a file system was mounted there since, start "
    "the handler again: its sandbox knows the old one only";

}  // namespace inbound_sms
