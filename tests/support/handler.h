#pragma once

#include <rapidjson/document.h>

#include <memory>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/temporary_folder.h"

namespace inbound_sms::testing {

// `inherited`: the wrapper listens at unix:FOLDER/socket and gives that socket to the handler as
// its descriptor 0.
enum class Listen { unix_socket, tcp, inherited };

// The handler as it was built, started with settings in its environment. Its log is in log/ of
// the folder and stays there, so that another handler can go on with it.
class Handler {
 public:
  // Returns when it accepts connections. `settings` add to INBOUND_SMS_LISTEN and INBOUND_SMS_LOG
  // or take their place; `wrapper` is a command that runs the program.
  explicit Handler(const TemporaryFolder& folder, const Environment& settings = {},
                   Listen listen = Listen::unix_socket,
                   const std::vector<std::string>& wrapper = {});
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  // A check of the running test fails when the handler did not end well.
  ~Handler();

  const std::string& address() const { return address_; }  // written as INBOUND_SMS_LISTEN is
  ChildProcess& process() { return *process_; }
  std::string words() const { return process_->output(); }  // stderr

  std::vector<rapidjson::Document> log() const;
  std::vector<rapidjson::Document> rejected() const;

 private:
  std::string log_folder_;
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

// Settings as the lines of a settings file.
std::string as_lines(const Environment& settings);

// Puts a copy of the handler under this name into a folder that it makes, with a settings file
// beside it. Returns the copy's path.
std::string install_handler(const std::string& folder, const std::string& name,
                            const std::string& settings);

// Where the built programs are.
std::string program(const std::string& name);

}  // namespace inbound_sms::testing
