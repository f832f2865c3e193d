#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// The handler as a web server starts it for one request (RFC 3875): meta-variables in its
// environment, the body on its standard input, the answer on its standard output. It stands in the
// folder as cgi/inbound-sms.cgi, with its settings beside it and its log in log/ of the folder.
class CgiProcess {
 public:
  // `variables` add to those of a GET without a query or take their place. `wrapper` is a command
  // that runs the program, `arguments` are what a web server made of a query.
  explicit CgiProcess(const TemporaryFolder& folder, const Environment& variables = {},
                      const std::vector<std::string>& wrapper = {},
                      const std::vector<std::string>& arguments = {});

  // False when it does not take all of it.
  bool send(std::string_view body);
  // True when it has taken all that was sent so far.
  bool has_read() const;
  // The end of its standard input.
  void finish_sending() { input_.reset(); }
  // All that it writes until it lets go of its standard output; "" when it never does.
  std::string answer();
  // From now on nobody reads what it writes.
  void stop_reading() { output_.reset(); }

  ChildProcess& process() { return *process_; }
  std::string words() const { return process_->output(); }  // stderr

 private:
  Descriptor input_, output_;
  std::unique_ptr<ChildProcess> process_;
};

// The status of a CGI document; 0 where it has none.
int status_of(const std::string& document);

}  // namespace inbound_sms::testing
