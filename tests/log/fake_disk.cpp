#include "log/fake_disk.h"

#include <new>
#include <stdexcept>
#include <utility>

#include "log/fake_file.h"

namespace inbound_sms::log {

namespace {

constexpr const char* kKindNames[] = {"open",        "look", "read",   "write", "sync",
                                      "truncate",    "info", "rename", "list",  "make_folder",
                                      "sync_folder", "lock", "unlock"};

}  // namespace

std::string to_text(const Call& call) {
  return std::string(kKindNames[int(call.kind)]) + " " + call.path;
}

// --- What the code under test does.

Result<std::unique_ptr<File>> FakeDisk::open(const std::string& path, Open how) {
  const Status entered = enter_simple(Call::Kind::open, path);
  if (!entered) return entered.error();
  std::optional<Index> node = volume_.find(path);
  if (!node && how != Open::create) return system_error(ENOENT, {"open ", path});
  const Result<Index> folder = find_folder(folder_of(path), "open ");
  if (!folder) return folder.error();
  if (node && volume_[*node].is_folder) return system_error(EISDIR, {"open ", path});
  if (!node) node = volume_.make(path, false);
  return std::unique_ptr<File>(std::make_unique<FakeFile>(*this, *node, path, how != Open::read));
}

Result<FileInfo> FakeDisk::look(const std::string& path) const {
  const Status entered = enter_simple(Call::Kind::look, path);
  if (!entered) return entered.error();
  const std::optional<Index> node = volume_.find(path);
  if (!node) return system_error(ENOENT, {"look at ", path});
  return FileInfo{{volume_[*node].inode}, volume_[*node].bytes.size()};
}

Status FakeDisk::rename(const std::string& from, const std::string& to) {
  const Status entered = enter_simple(Call::Kind::rename, from);
  if (!entered) return entered;
  if (!exists(from)) return system_error(ENOENT, {"rename ", from, " to ", to});
  move(from, to);
  return Done{};
}

Result<std::vector<std::string>> FakeDisk::list(const std::string& folder) const {
  const Status entered = enter_simple(Call::Kind::list, folder);
  if (!entered) return entered.error();
  const Result<Index> node = find_folder(folder, "list ");
  if (!node) return node.error();
  std::vector<std::string> names;
  const std::size_t half = volume_[*node].names.size() / 2;
  std::optional<std::string> last;
  while (true) {  // from the last to the first: sorted would be more than what is promised
    if (in_list && names.size() == half) in_list();
    const FakeVolume::Names& there = volume_[*node].names;
    auto next = last ? there.lower_bound(*last) : there.end();
    if (next == there.begin()) return names;
    --next;
    last = next->first;
    names.push_back(volume_[next->second].is_folder ? *last + "/" : *last);
  }
}

Status FakeDisk::make_folder(const std::string& path) {
  const Status entered = enter_simple(Call::Kind::make_folder, path);
  if (!entered) return entered;
  if (exists(path)) return Done{};
  const Result<Index> folder = find_folder(folder_of(path), "make folder ");
  if (!folder) return folder.error();
  volume_.make(path, true);
  return Done{};
}

Status FakeDisk::sync_folder(const std::string& path) {
  const Status entered = enter_simple(Call::Kind::sync_folder, path);
  if (!entered) return entered;
  const Result<Index> node = find_folder(path, "sync folder ");
  if (!node) return node.error();
  volume_.sync(*node);
  return Done{};
}

Result<std::unique_ptr<Lock>> FakeDisk::lock(const std::string& folder) {
  const Status entered = enter_simple(Call::Kind::lock, folder);
  if (!entered) return entered.error();
  const Result<Index> node = find_folder(folder, "lock ");
  if (!node) return node.error();
  if (!lock_holder_.empty())
    throw std::logic_error(process + " waits for ever: " + lock_holder_ + " has locked " +
                           locked_folder_);
  return std::unique_ptr<Lock>(std::make_unique<FakeLock>(*this, folder));
}

// --- What happens to it.

void FakeDisk::power_cut(const std::vector<Fate>& fates) {
  volume_.power_cut(fates);
  lock_holder_.clear();
  faults_.clear();
  ++boot_;
}

FakeDisk FakeDisk::after_death() const {
  FakeDisk copy;
  copy.volume_ = volume_;
  copy.volume_.close_all();
  copy.boot_ = boot_;
  return copy;
}

// --- What an administrator does and sees.

void FakeDisk::put(const std::string& path, std::string_view bytes) {
  std::optional<Index> node = volume_.find(path);
  if (!node) node = volume_.make(path, false);
  volume_.cut(*node, 0);
  volume_.write(*node, 0, bytes);
}

std::string FakeDisk::bytes(const std::string& path) const {
  const std::optional<Index> node = volume_.find(path);
  return node ? volume_[*node].bytes : "";
}

std::vector<std::string> FakeDisk::names(const std::string& path) const {
  std::vector<std::string> names;
  if (const std::optional<Index> node = volume_.find(path))
    for (const auto& [name, child] : volume_[*node].names) names.push_back(name);
  return names;
}

std::vector<std::string> FakeDisk::steps() const {
  using Kind = Call::Kind;
  std::vector<std::string> steps;
  for (const Call& call : calls_)
    if (call.kind != Kind::open && call.kind != Kind::look && call.kind != Kind::read &&
        call.kind != Kind::info && call.kind != Kind::list)
      steps.push_back(to_text(call));
  return steps;
}

// --- How it works.

void FakeDisk::between_two_calls(const std::function<void()>& look) const {
  between_ = true;
  look();
  between_ = false;
}

std::optional<Fault> FakeDisk::enter(Call::Kind kind, const std::string& path) const {
  if (between_) return std::nullopt;
  if (between_calls) between_two_calls(between_calls);
  calls_.push_back({kind, path});
  std::optional<Fault> met;
  for (ArmedFault& armed : faults_) {
    const Fault& fault = armed.fault;
    if (fault.kind && *fault.kind != kind) continue;
    if (!fault.path.empty() && fault.path != path) continue;
    const std::size_t seen = ++armed.seen;
    if (seen >= fault.nth && seen - fault.nth < fault.times && !met) met = fault;
  }
  if (met && met->number == Fault::kNoMemory) throw std::bad_alloc();
  return met;
}

Status FakeDisk::enter_simple(Call::Kind kind, const std::string& path) const {
  const std::optional<Fault> fault = enter(kind, path);
  if (!fault) return Done{};
  if (fault->number == Fault::kProcessDies) throw ProcessDied();
  return system_error(fault->number, {to_text({kind, path})});
}

Result<FakeDisk::Index> FakeDisk::find_folder(const std::string& path, const char* tried) const {
  const std::optional<Index> node = volume_.find(path);
  if (!node) return system_error(ENOENT, {tried, path});
  if (!volume_[*node].is_folder) return system_error(ENOTDIR, {tried, path});
  return *node;
}

}  // namespace inbound_sms::log
