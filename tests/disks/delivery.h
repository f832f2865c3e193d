#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// Delivers the message with this id to a handler and says how it was answered; 0: not at all.
using Deliver = std::function<int(const std::string& id)>;

// To the FastCGI handler at this address, over a connection of its own; as a message that has this
// many bytes more.
Deliver over_fastcgi(const std::string& address, std::size_t padding = 0);
// To a CGI process of its own, which logs to `log`, with `wrapper` as a command that runs it.
Deliver over_cgi(const TemporaryFolder& folder, const std::string& log,
                 const std::vector<std::string>& wrapper = {});

// Delivers it again and again until it is answered 204, at most `most` times, and says how often
// it was not.
int deliver_until_taken(const Deliver& deliver, const std::string& id, int most = 10);

// An independent reading: checks of the running test fail where the files of the log in the
// folder, renamed ones included, do not hold each of these messages once, hold another one
// twice, or have a line that is not whole or whose crc is wrong.
void check_log(const std::string& folder, const std::vector<std::string>& acknowledged);

}  // namespace inbound_sms::testing
