#include "log/fake_disk.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace inbound_sms::log {

namespace {

constexpr const char* kKindNames[] = {"open",        "look", "read",   "write", "sync",
                                      "truncate",    "info", "rename", "list",  "make_folder",
                                      "sync_folder", "lock", "unlock"};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

void write_into(std::string& bytes, std::uint64_t offset, std::string_view written) {
  if (bytes.size() < offset + written.size()) bytes.resize(offset + written.size(), '\0');
  bytes.replace(offset, written.size(), written);
}

}  // namespace

std::string to_text(const Call& call) {
  return std::string(kKindNames[int(call.kind)]) + " " + call.path;
}

class FakeFile final : public File {
 public:
  FakeFile(FakeDisk& disk, FakeDisk::Index node, std::string path, bool writable)
      : disk_(disk), node_(node), path_(std::move(path)), writable_(writable), boot_(disk.boot_) {
    ++disk_.nodes_[node_].open;
  }
  ~FakeFile() override {
    if (boot_ == disk_.boot_) --disk_.nodes_[node_].open;
  }

  Result<std::size_t> read_into(std::span<char> into, std::uint64_t offset) const override {
    const Status entered = enter(Call::Kind::read);
    if (!entered) return entered.error();
    const std::string& bytes = disk_.nodes_[node_].bytes;
    return offset >= bytes.size() ? 0 : bytes.copy(into.data(), into.size(), offset);
  }

  Status write_at(std::uint64_t offset, std::string_view bytes) override {
    must_be_usable(true);
    const std::optional<Fault> fault = disk_.enter(Call::Kind::write, path_);
    if (fault) bytes = bytes.substr(0, std::min(bytes.size(), fault->landed));
    if (!bytes.empty())
      disk_.change({node_, FakeDisk::Change::Kind::write, offset, std::string(bytes)});
    if (!fault) return Done{};
    if (fault->number == Fault::kProcessDies) throw ProcessDied();
    return system_error(fault->number, {"write ", path_});
  }

  Status sync() override {
    must_be_usable(false);
    const std::optional<Fault> fault = disk_.enter(Call::Kind::sync, path_);
    if (fault && fault->number == Fault::kProcessDies) throw ProcessDied();
    if (fault) {
      for (FakeDisk::Change& change : disk_.unsynced_)
        if (change.node == node_ && change.kind == FakeDisk::Change::Kind::write)
          change.lost = true;
      return system_error(fault->number, {"sync ", path_});
    }
    disk_.put_on_disk(node_);
    return Done{};
  }

  Status truncate(std::uint64_t size) override {
    must_be_usable(true);
    const Status entered = enter(Call::Kind::truncate);
    if (!entered) return entered;
    disk_.change({node_, FakeDisk::Change::Kind::cut, size});
    return Done{};
  }

  Result<FileInfo> info() const override {
    const Status entered = enter(Call::Kind::info);
    if (!entered) return entered.error();
    return FileInfo{{disk_.nodes_[node_].inode}, disk_.nodes_[node_].bytes.size()};
  }

 private:
  Status enter(Call::Kind kind) const {
    must_be_usable(false);
    return disk_.enter_simple(kind, path_);
  }

  void must_be_usable(bool for_writing) const {
    if (boot_ != disk_.boot_) throw std::logic_error(path_ + " is used after the power cut");
    if (for_writing && !writable_) throw std::logic_error(path_ + " was opened for reading only");
  }

  FakeDisk& disk_;
  const FakeDisk::Index node_;
  const std::string path_;
  const bool writable_;
  const unsigned boot_;
};

class FakeLock final : public Lock {
 public:
  FakeLock(FakeDisk& disk, std::string folder)
      : disk_(disk), folder_(std::move(folder)), boot_(disk.boot_) {
    disk_.lock_holder_ = disk_.process;
    disk_.locked_folder_ = folder_;
  }
  ~FakeLock() override {
    if (boot_ != disk_.boot_) return;
    disk_.lock_holder_.clear();
    disk_.calls_.push_back({Call::Kind::unlock, folder_});
  }

 private:
  FakeDisk& disk_;
  const std::string folder_;
  const unsigned boot_;
};

FakeDisk::FakeDisk() {
  nodes_.push_back({1, true});
}

// --- What the code under test does.

Result<std::unique_ptr<File>> FakeDisk::open(const std::string& path, Open how) {
  const Status entered = enter_simple(Call::Kind::open, path);
  if (!entered) return entered.error();
  std::optional<Index> node = find(path);
  if (!node && how != Open::create) return system_error(ENOENT, {"open ", path});
  const Result<Index> folder = find_folder(folder_of(path), "open " + path);
  if (!folder) return folder.error();
  if (node && nodes_[*node].is_folder) return system_error(EISDIR, {"open ", path});
  if (!node) node = make_node(path, false);
  return std::unique_ptr<File>(std::make_unique<FakeFile>(*this, *node, path, how != Open::read));
}

Result<FileInfo> FakeDisk::look(const std::string& path) const {
  const Status entered = enter_simple(Call::Kind::look, path);
  if (!entered) return entered.error();
  const std::optional<Index> node = find(path);
  if (!node) return system_error(ENOENT, {"look at ", path});
  return FileInfo{{nodes_[*node].inode}, nodes_[*node].bytes.size()};
}

Status FakeDisk::rename(const std::string& from, const std::string& to) {
  const Status entered = enter_simple(Call::Kind::rename, from);
  if (!entered) return entered;
  if (!find(from)) return system_error(ENOENT, {"rename ", from, " to ", to});
  move(from, to);
  return Done{};
}

Result<std::vector<std::string>> FakeDisk::list(const std::string& folder) const {
  const Status entered = enter_simple(Call::Kind::list, folder);
  if (!entered) return entered.error();
  const Result<Index> node = find_folder(folder, "list " + folder);
  if (!node) return node.error();
  std::vector<std::string> names;
  const std::size_t half = nodes_[*node].names.size() / 2;
  std::optional<std::string> last;
  while (true) {  // from the last to the first: sorted would be more than what is promised
    if (in_list && names.size() == half) in_list();
    const std::map<std::string, Index>& there = nodes_[*node].names;
    auto next = last ? there.lower_bound(*last) : there.end();
    if (next == there.begin()) return names;
    --next;
    last = next->first;
    names.push_back(nodes_[next->second].is_folder ? *last + "/" : *last);
  }
}

Status FakeDisk::make_folder(const std::string& path) {
  const Status entered = enter_simple(Call::Kind::make_folder, path);
  if (!entered) return entered;
  if (find(path)) return Done{};
  const Result<Index> folder = find_folder(folder_of(path), "make folder " + path);
  if (!folder) return folder.error();
  make_node(path, true);
  return Done{};
}

Status FakeDisk::sync_folder(const std::string& path) {
  const Status entered = enter_simple(Call::Kind::sync_folder, path);
  if (!entered) return entered;
  const Result<Index> node = find_folder(path, "sync folder " + path);
  if (!node) return node.error();
  put_on_disk(*node);
  return Done{};
}

Result<std::unique_ptr<Lock>> FakeDisk::lock(const std::string& folder) {
  const Status entered = enter_simple(Call::Kind::lock, folder);
  if (!entered) return entered.error();
  const Result<Index> node = find_folder(folder, "lock " + folder);
  if (!node) return node.error();
  if (!lock_holder_.empty())
    throw std::logic_error(process + " waits for ever: " + lock_holder_ + " has locked " +
                           locked_folder_);
  return std::unique_ptr<Lock>(std::make_unique<FakeLock>(*this, folder));
}

// --- What happens to it.

std::vector<std::size_t> FakeDisk::unsynced() const {
  std::vector<std::size_t> lengths;
  for (const Change& change : unsynced_)
    lengths.push_back(change.kind == Change::Kind::write ? change.bytes.size() : 1);
  return lengths;
}

void FakeDisk::power_cut(const std::vector<Fate>& fates) {
  std::set<Index> stopped;  // folders of which a change was lost: all later ones are, too
  for (std::size_t i = 0; i < std::min(fates.size(), unsynced_.size()); ++i) {
    const Change& change = unsynced_[i];
    if (change.kind != Change::Kind::names)
      apply(change, fates[i]);
    else if (fates[i].kept == 0)
      stopped.insert(change.node);
    else if (stopped.count(change.node) == 0)
      apply(change, fates[i]);
  }
  unsynced_.clear();
  for (Node& node : nodes_) {
    node.bytes = node.bytes_on_disk;
    node.names = node.names_on_disk;
    node.open = 0;
  }
  lock_holder_.clear();
  faults_.clear();
  ++boot_;
}

FakeDisk FakeDisk::after_death() const {
  FakeDisk copy = *this;
  for (Node& node : copy.nodes_) node.open = 0;
  copy.lock_holder_.clear();
  copy.faults_.clear();
  copy.calls_.clear();
  copy.between_calls = nullptr;
  copy.between_ = false;
  return copy;
}

// --- What an administrator does and sees.

void FakeDisk::put(const std::string& path, std::string_view bytes) {
  std::optional<Index> node = find(path);
  if (!node) node = make_node(path, false);
  change({*node, Change::Kind::cut, 0});
  change({*node, Change::Kind::write, 0, std::string(bytes)});
}

void FakeDisk::remove(const std::string& path) {
  forget(find(path).value());
  change_names(folder_of(path), {{name_of(path), std::nullopt}});
}

void FakeDisk::move(const std::string& from, const std::string& to) {
  if (folder_of(from) != folder_of(to)) throw std::logic_error(to + ": is another folder");
  const Index moved = find(from).value();
  if (const std::optional<Index> replaced = find(to)) forget(*replaced);
  change_names(folder_of(from), {{name_of(from), std::nullopt}, {name_of(to), moved}});
}

void FakeDisk::sync_everything() {
  for (Index node = 0; node < nodes_.size(); ++node) put_on_disk(node);
}

std::string FakeDisk::bytes(const std::string& path) const {
  const std::optional<Index> node = find(path);
  return node ? nodes_[*node].bytes : "";
}

std::vector<std::string> FakeDisk::names(const std::string& path) const {
  std::vector<std::string> names;
  const std::optional<Index> node = find(path);
  if (node)
    for (const auto& [name, child] : nodes_[*node].names) names.push_back(name);
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

std::optional<Fault> FakeDisk::enter(Call::Kind kind, const std::string& path) const {
  if (between_) return std::nullopt;
  if (between_calls) {
    between_ = true;
    between_calls();
    between_ = false;
  }
  calls_.push_back({kind, path});
  std::optional<Fault> met;
  for (ArmedFault& armed : faults_) {
    const Fault& fault = armed.fault;
    if (fault.kind && *fault.kind != kind) continue;
    if (!fault.path.empty() && fault.path != path) continue;
    const std::size_t seen = ++armed.seen;
    if (seen >= fault.nth && seen - fault.nth < fault.times && !met) met = fault;
  }
  return met;
}

Status FakeDisk::enter_simple(Call::Kind kind, const std::string& path) const {
  const std::optional<Fault> fault = enter(kind, path);
  if (!fault) return Done{};
  if (fault->number == Fault::kProcessDies) throw ProcessDied();
  return system_error(fault->number, {to_text({kind, path})});
}

std::optional<FakeDisk::Index> FakeDisk::find(const std::string& path) const {
  Index node = 0;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto child = nodes_[node].names.find(path.substr(begin, end - begin));
    if (child == nodes_[node].names.end()) return std::nullopt;
    node = child->second;
    begin = end + 1;
  }
  return node;
}

Result<FakeDisk::Index> FakeDisk::find_folder(const std::string& path,
                                              const std::string& tried) const {
  const std::optional<Index> node = find(path);
  if (!node) return system_error(ENOENT, {tried});
  if (!nodes_[*node].is_folder) return system_error(ENOTDIR, {tried});
  return *node;
}

FakeDisk::Index FakeDisk::make_node(const std::string& path, bool is_folder) {
  nodes_.push_back({free_inode(), is_folder});
  change_names(folder_of(path), {{name_of(path), nodes_.size() - 1}});
  return nodes_.size() - 1;
}

void FakeDisk::change(Change change) {
  Node& node = nodes_[change.node];
  if (change.kind == Change::Kind::write) write_into(node.bytes, change.offset, change.bytes);
  if (change.kind == Change::Kind::cut) node.bytes.resize(change.offset, '\0');
  for (const auto& [name, child] : change.names) {
    node.names.erase(name);
    if (child) node.names.emplace(name, *child);
  }
  unsynced_.push_back(std::move(change));
}

void FakeDisk::change_names(const std::string& folder,
                            std::map<std::string, std::optional<Index>> names) {
  const std::optional<Index> node = find(folder);
  if (!node) throw std::logic_error(folder + " is not there");
  change({*node, Change::Kind::names, 0, {}, std::move(names)});
}

void FakeDisk::forget(Index node) {
  nodes_[node].has_name = false;
  for (const auto& [name, child] : nodes_[node].names) forget(child);
}

void FakeDisk::apply(const Change& change, Fate fate) {
  Node& node = nodes_[change.node];
  std::string& bytes = node.bytes_on_disk;
  if (change.kind == Change::Kind::write) {
    const std::size_t kept = std::min(fate.kept, change.bytes.size());
    std::string written = change.bytes.substr(0, kept);
    if (fate.zeros) written.resize(change.bytes.size(), '\0');
    write_into(bytes, change.offset, written);
  } else if (fate.kept > 0 && change.kind == Change::Kind::cut) {
    bytes.resize(change.offset, '\0');
  } else if (fate.kept > 0) {
    for (const auto& [name, child] : change.names) {
      node.names_on_disk.erase(name);
      if (child) node.names_on_disk.emplace(name, *child);
    }
  }
}

void FakeDisk::put_on_disk(Index node) {
  for (const Change& change : unsynced_)
    if (change.node == node) apply(change, change.lost ? Fate{0, true} : Fate{kAllBytes});
  std::erase_if(unsynced_, [&](const Change& change) { return change.node == node; });
}

std::uint64_t FakeDisk::free_inode() const {
  if (!reuse_inodes) return nodes_.size() + 1;
  std::uint64_t inode = 2;
  const auto is_taken = [&](const Node& node) {
    return node.inode == inode && (node.has_name || node.open > 0);
  };
  while (std::any_of(nodes_.begin(), nodes_.end(), is_taken)) ++inode;
  return inode;
}

}  // namespace inbound_sms::log
