#include "hostile/siege.h"

#include <algorithm>

#include "log/committer.h"
#include "support/message.h"
#include "support/process_usage.h"
#include "web/peers.h"

namespace inbound_sms::testing {

namespace {

using Clock = std::chrono::steady_clock;

// What the handler takes with one well-behaved peer, and then some for the allocator.
constexpr std::size_t kProgram = std::size_t{20} << 20;
constexpr std::size_t kConnection = 4096;  // a peer that has sent nothing

// What peers may take together: each its own limit, all together theirs, and messages that wait
// for one of the two logs.
std::size_t memory_for(std::size_t peers) {
  const web::FastCgiLimits limits;
  const std::size_t one = 2 * (limits.max_params + limits.max_body) + 256 * 1024;
  const std::size_t all = limits.max_held + 2 * log::CommitterLimits{}.bytes;
  return kProgram + peers * kConnection + std::min(peers * one, all);
}

// Of all sieges, told once behind the last.
struct Figures {
  std::chrono::duration<double, std::milli> slowest{0};
  std::size_t most_kib = 0;
};

Figures& figures() {
  static Figures figures;
  return figures;
}

struct TellFigures {
  ~TellFigures() {
    BOOST_TEST_MESSAGE("  slowest good request beside bad peers: "
                       << figures().slowest.count() << " ms; most memory: " << figures().most_kib
                       << " KiB");
  }
};
BOOST_TEST_GLOBAL_FIXTURE(TellFigures);

// Those of serves() and those of peers must not be taken for each other, even where a peer has
// garbled its own.
std::string new_id(const std::string& whose) {
  static int last = 0;
  return whose + std::to_string(++last);
}

std::string id_of(const rapidjson::Value& line) {
  const auto id = line["message"].FindMember("messageId");
  return id != line["message"].MemberEnd() && id->value.IsString() ? id->value.GetString() : "";
}

}  // namespace

Params new_message() {
  return get(message(new_id("0C")));
}

std::string good_request(bool keep, std::uint16_t id) {
  return request(id, new_message(), "", keep);
}

Siege::Siege(Listen listen, const Environment& settings, const std::vector<std::string>& wrapper)
    : handler_(folder_, settings, listen, wrapper) {
  serves();
}

Siege::~Siege() {
  serves();
  BOOST_TEST(handler_.process().running());
  check_memory();
  check_log();
  figures().most_kib = std::max(figures().most_kib, most_resident_kib(pid()));
}

void Siege::serves() {
  const std::string id = new_id("GOOD-");
  const auto before = Clock::now();
  FastCgiClient client = connect();
  client.send(request(1, get(message(id)), ""));
  BOOST_TEST(client.answer().status() == 204);
  figures().slowest =
      std::max<decltype(Figures::slowest)>(figures().slowest, Clock::now() - before);
  ids_.insert(id);
}

void Siege::check_memory() {
  BOOST_TEST(most_resident_kib(pid()) * 1024 < memory_for(peers_));
}

void Siege::check_log() {
  std::set<std::string> logged;
  std::size_t lines = 0;
  for (const auto& line : handler_.log()) {
    const std::string id = id_of(line);
    if (doubtful_ == 0) BOOST_TEST(is_message(line, id));
    if (!ids_.contains(id)) ++lines;
    if (ids_.contains(id) || doubtful_ == 0) BOOST_TEST(logged.insert(id).second, id);
  }
  BOOST_TEST(std::includes(logged.begin(), logged.end(), ids_.begin(), ids_.end()));
  BOOST_TEST(lines >= stored_);
  BOOST_TEST(lines <= stored_ + doubtful_);
}

Siege::Rest::Rest(const Siege& siege)
    : pid_(const_cast<Siege&>(siege).pid()), cpu_before_(cpu_seconds(pid_)), began_(Clock::now()) {}

Siege::Rest::~Rest() {
  const std::chrono::duration<double> wall = Clock::now() - began_;
  const double cpu = cpu_seconds(pid_) - cpu_before_;
  BOOST_TEST(cpu < 0.5 + 0.02 * wall.count());  // one that spins takes what others leave it
}

}  // namespace inbound_sms::testing
