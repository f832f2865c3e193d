#include "disks/delivery.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <stdexcept>

#include "support/cgi_process.h"
#include "support/fastcgi_client.h"
#include "support/json.h"
#include "support/logged.h"
#include "support/message.h"
#include "support/slow_disk.h"

namespace inbound_sms::testing {

Deliver over_fastcgi(const std::string& address, std::size_t padding) {
  const std::string more = padding == 0 ? "" : "&more=" + std::string(padding, 'x');
  return [address, more](const std::string& id) {
    try {
      FastCgiClient client(address);
      client.send(request(1, get(message(id) + more), ""));
      return client.answer().status();
    } catch (const std::runtime_error&) {
      return 0;  // nobody is there
    }
  };
}

Deliver over_cgi(const TemporaryFolder& folder, const std::string& log,
                 const std::vector<std::string>& wrapper) {
  return [&folder, log, wrapper](const std::string& id) {
    Environment variables = traced();
    variables["QUERY_STRING"] = message(id);
    variables["INBOUND_SMS_LOG"] = log;
    CgiProcess cgi(folder, variables, wrapper);
    cgi.finish_sending();
    return status_of(cgi.answer());
  };
}

int deliver_until_taken(const Deliver& deliver, const std::string& id, int most) {
  int refused = 0;
  while (refused < most && deliver(id) != 204) ++refused;
  return refused;
}

void check_log(const std::string& folder, const std::vector<std::string>& acknowledged) {
  std::map<std::string, int> times;
  for (const auto& line : read_log(folder)) ++times[string_of(line["message"], "messageId")];
  std::string lost, twice;
  for (const std::string& id : acknowledged)
    if (!times.contains(id)) lost += " " + id;
  for (const auto& [id, count] : times)
    if (count > 1) twice += " " + id;
  BOOST_TEST(lost == "", "acknowledged, and not on the log:" << lost);
  BOOST_TEST(twice == "", "on the log more than once:" << twice);
}

}  // namespace inbound_sms::testing
