#pragma once

#include <rapidjson/document.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/logged.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// One way in which a web server runs the handler: the real server, configured with the files that
// users include and started as the ordinary user on a free port, and the handler behind it with a
// log of its own. Its destructor stops all that it started.
class Door {
 public:
  virtual ~Door() = default;

  // Where deliveries go, http://127.0.0.1:PORT/...
  virtual std::string url() const = 0;
  // Another path to the same handler, on which the server keeps the query to itself: it passes no
  // QUERY_STRING, or an empty one although REQUEST_URI has a query.
  virtual std::string url_without_query() const = 0;
  // What a chunked body over the handler's limit is answered: by the handler, unless the server
  // gives up before.
  virtual int answer_to_too_large_chunked() const { return 413; }
  // What the server and the handler wrote to their error logs, for the words of a failure.
  virtual std::string words() const = 0;

  const std::string& folder() const { return folder_.path(); }
  std::vector<rapidjson::Document> log() const { return read_log(folder_.path() + "/log"); }
  std::vector<rapidjson::Document> rejected() const {
    return read_log(folder_.path() + "/log/rejected");
  }

 protected:
  // Everything that the server and the handler write is in there; the log is in its log/.
  TemporaryFolder folder_;
};

// More settings of the handler, which may speak of files in the door's folder.
using SettingsIn = std::function<Environment(const TemporaryFolder&)>;

struct DoorKind {
  std::string name;  // of the suite of its cases, as in "apache-cgid"
  // Throws std::runtime_error when something does not start.
  std::function<std::unique_ptr<Door>(const SettingsIn&)> open;
};

std::vector<DoorKind> nginx_doors();     // spawn-fcgi, systemd-socket-activate, fcgiwrap behind it
std::vector<DoorKind> lighttpd_doors();  // bin-path
std::vector<DoorKind> apache_doors();    // mod_proxy_fcgi, mod_fcgid, mod_cgid, .htaccess alone

}  // namespace inbound_sms::testing
