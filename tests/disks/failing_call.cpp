#include "disks/failing_call.h"

#include <filesystem>

#include "support/child_process.h"
#include "support/text.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> paths_of(const std::string& log_folder) {
  std::vector<std::string> paths;
  for (const char* name : {".synced", "messages.jsonl", "messages.jsonl.1",
                           "messages.jsonl.torn-unsynced", "messages.jsonl.1.torn-unsynced"})
    paths.push_back(log_folder + "/" + name);
  for (fs::path above = log_folder;; above = above.parent_path()) {
    paths.push_back(above);
    if (above == "/") return paths;
  }
}

}  // namespace

CallTracer::CallTracer(const TemporaryFolder& folder, const std::string& log_folder,
                       const std::vector<FailingCall>& calls)
    : trace_(folder.path() + "/trace") {
  fs::remove(trace_);
  // -D: the program itself is the test's child, and gets its signals. Of strace's own words only
  // those are wanted that say that the program has ended.
  command_ = {"strace", "-D",  "-f", "--seccomp-bpf", "--quiet=attach,personality,path-resolution",
              "-o",     trace_};
  std::string traced = "trace=";
  for (const FailingCall& failing : calls) {
    traced += (traced.back() == '=' ? "" : ",") + failing.call;
    command_.insert(command_.end(), {"-e", "inject=" + failing.call + ":error=" + failing.error +
                                               failing.also + ":when=" + failing.when});
  }
  command_.insert(command_.end(), {"-e", traced});
  for (const std::string& path : paths_of(log_folder))
    command_.insert(command_.end(), {"-P", path});
}

int CallTracer::failures() const {
  std::string trace;
  wait_until([&] {
    trace = read_file(trace_);
    const std::string first = trace.substr(0, trace.find(' '));
    return contains(trace, "+++ exited with") || contains(trace, "+++ killed by");
  });
  int count = 0;
  for (std::size_t at = 0; (at = trace.find("(INJECTED)", at)) != trace.npos; ++at) ++count;
  return count;
}

boost::test_tools::assertion_result can_fail_calls(boost::unit_test::test_unit_id) {
  const TemporaryFolder folder;
  const CallTracer tracer(folder, folder.path(), {{"openat", "EIO", "1"}});
  std::vector<std::string> command = tracer.wrapper();
  command.insert(command.end(), {"cat", folder.path() + "/messages.jsonl"});
  ChildProcess probe(command, {}, folder.path() + "/out");
  probe.wait();
  boost::test_tools::assertion_result can(contains(probe.output(), "Input/output error"));
  can.message() << "strace cannot let calls fail here: " << probe.output();
  return can;
}

}  // namespace inbound_sms::testing
