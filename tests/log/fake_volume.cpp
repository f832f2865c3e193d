#include "log/fake_volume.h"

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

namespace inbound_sms::log {

namespace {

void write_into(std::string& bytes, std::uint64_t offset, std::string_view written) {
  if (bytes.size() < offset + written.size()) bytes.resize(offset + written.size(), '\0');
  bytes.replace(offset, written.size(), written);
}

void rename_in(FakeVolume::Names& names, const std::string& name,
               const std::optional<FakeVolume::Index>& node) {
  names.erase(name);
  if (node) names.emplace(name, *node);
}

std::size_t hash(const std::string& text) {
  return std::hash<std::string>()(text);
}

std::size_t mix(std::size_t fingerprint, std::size_t more) {
  return (fingerprint ^ more) * 0x9e3779b97f4a7c15u + (fingerprint >> 29);
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

FakeVolume::FakeVolume() {
  slots_.push_back({std::make_shared<Node>(Node{1, true})});
}

FakeVolume::Index FakeVolume::make(const std::string& path, bool is_folder) {
  slots_.push_back({std::make_shared<Node>(Node{free_inode(), is_folder})});
  change_names(folder_of(path), {{name_of(path), slots_.size() - 1}});
  return slots_.size() - 1;
}

std::optional<FakeVolume::Index> FakeVolume::find(std::string_view path) const {
  Index node = 0;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const Names& names = (*this)[node].names;
    const auto child = names.find(path.substr(begin, end - begin));
    if (child == names.end()) return std::nullopt;
    node = child->second;
    begin = end + 1;
  }
  return node;
}

void FakeVolume::write(Index file, std::uint64_t offset, std::string_view bytes) {
  change({file, Change::Kind::write, offset, std::string(bytes)});
}

void FakeVolume::cut(Index file, std::uint64_t size) {
  change({file, Change::Kind::cut, size});
}

void FakeVolume::move(const std::string& from, const std::string& to) {
  if (folder_of(from) != folder_of(to)) throw std::logic_error(to + ": is another folder");
  const Index moved = find(from).value();
  if (const std::optional<Index> replaced = find(to)) lose_name(*replaced);
  change_names(folder_of(from), {{name_of(from), std::nullopt}, {name_of(to), moved}});
}

void FakeVolume::remove(const std::string& path) {
  lose_name(find(path).value());
  change_names(folder_of(path), {{name_of(path), std::nullopt}});
}

void FakeVolume::close_all() {
  for (Slot& slot : slots_) slot.open = 0;
}

void FakeVolume::sync(Index node) {
  ++revision_;
  for (const Unsynced& unsynced : unsynced_)
    if (unsynced.change->node == node)
      apply(*unsynced.change, unsynced.lost ? Fate{0, true} : Fate{kAllBytes});
  std::erase_if(unsynced_, [&](const Unsynced& u) { return u.change->node == node; });
}

void FakeVolume::fail_sync(Index file) {
  ++revision_;
  for (Unsynced& unsynced : unsynced_)
    unsynced.lost |= unsynced.change->node == file && unsynced.change->kind == Change::Kind::write;
}

void FakeVolume::sync_everything() {
  for (Index node = 0; node < slots_.size(); ++node) sync(node);
}

std::vector<std::size_t> FakeVolume::unsynced() const {
  std::vector<std::size_t> lengths;
  for (const auto& [change, lost] : unsynced_)
    lengths.push_back(change->kind == Change::Kind::write ? change->bytes.size() : 1);
  return lengths;
}

void FakeVolume::power_cut(const std::vector<Fate>& fates) {
  std::set<Index> stopped;  // folders of which a change was lost: all later ones are, too
  for (std::size_t i = 0; i < std::min(fates.size(), unsynced_.size()); ++i) {
    const Change& change = *unsynced_[i].change;
    if (change.kind != Change::Kind::names)
      apply(change, fates[i]);
    else if (fates[i].kept == 0)
      stopped.insert(change.node);
    else if (stopped.count(change.node) == 0)
      apply(change, fates[i]);
  }
  for (Index i = 0; i < slots_.size(); ++i) {
    const Node& node = (*this)[i];
    if (node.bytes == node.bytes_on_disk && node.names == node.names_on_disk) continue;
    Node& left = own(i);
    left.bytes = left.bytes_on_disk;
    left.names = left.names_on_disk;
  }
  unsynced_.clear();
  close_all();
}

FakeVolume::Node& FakeVolume::own(Index node) {
  std::shared_ptr<Node>& shared = slots_[node].node;
  if (shared.use_count() > 1) shared = std::make_shared<Node>(*shared);
  return *shared;
}

void FakeVolume::change(Change change) {
  ++revision_;
  Node& node = own(change.node);
  if (change.kind == Change::Kind::write) write_into(node.bytes, change.offset, change.bytes);
  if (change.kind == Change::Kind::cut) node.bytes.resize(change.offset, '\0');
  for (const auto& [name, child] : change.names) rename_in(node.names, name, child);
  unsynced_.push_back({std::make_shared<const Change>(std::move(change))});
}

void FakeVolume::change_names(const std::string& folder,
                              std::map<std::string, std::optional<Index>> names) {
  const std::optional<Index> node = find(folder);
  if (!node) throw std::logic_error(folder + " is not there");
  change({*node, Change::Kind::names, 0, {}, std::move(names)});
}

void FakeVolume::lose_name(Index node) {
  slots_[node].has_name = false;
  for (const auto& [name, child] : (*this)[node].names) lose_name(child);
}

void FakeVolume::apply(const Change& change, Fate fate) {
  if (fate.kept == 0 && !fate.zeros) return;
  Node& node = own(change.node);
  if (change.kind == Change::Kind::write) {
    const std::string_view kept = std::string_view(change.bytes).substr(0, fate.kept);
    write_into(node.bytes_on_disk, change.offset, kept);
    if (fate.zeros)
      write_into(node.bytes_on_disk, change.offset + kept.size(),
                 std::string(change.bytes.size() - kept.size(), '\0'));
  } else if (fate.kept > 0 && change.kind == Change::Kind::cut) {
    node.bytes_on_disk.resize(change.offset, '\0');
  } else if (fate.kept > 0) {
    for (const auto& [name, child] : change.names) rename_in(node.names_on_disk, name, child);
  }
}

std::uint64_t FakeVolume::free_inode() const {
  if (!reuse_inodes) return slots_.size() + 1;
  std::uint64_t inode = 2;
  const auto is_taken = [&](const Slot& slot) {
    return slot.node->inode == inode && (slot.has_name || slot.open > 0);
  };
  while (std::any_of(slots_.begin(), slots_.end(), is_taken)) ++inode;
  return inode;
}

std::size_t FakeVolume::fingerprint() const {
  std::size_t sum = fingerprint_of(0);
  for (const auto& [change, lost] : unsynced_) {
    sum = mix(sum, mix(change->node, std::size_t(change->kind) * 2 + lost));
    sum = mix(mix(sum, change->offset), hash(change->bytes));
    for (const auto& [name, child] : change->names) sum = mix(sum, hash(name) + child.value_or(0));
  }
  return sum;
}

std::size_t FakeVolume::fingerprint_of(Index index) const {
  const Node& node = (*this)[index];
  std::size_t sum = mix(node.inode, hash(node.bytes));
  if (node.bytes != node.bytes_on_disk) sum = mix(sum, hash(node.bytes_on_disk));
  for (const auto& [name, child] : node.names)
    sum = mix(mix(sum, hash(name)), fingerprint_of(child));
  return sum;
}

}  // namespace inbound_sms::log
