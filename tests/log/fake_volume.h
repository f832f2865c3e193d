#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inbound_sms::log {

inline constexpr std::size_t kAllBytes = std::numeric_limits<std::size_t>::max();

// What a power cut leaves of one change that was not synced: its first `kept` bytes (a cut, or a
// change of names, is kept or not), and behind them nothing, or zeros up to its full length.
struct Fate {
  std::size_t kept = 0;
  bool zeros = false;
};

// The files and folders of a FakeDisk. It knows for each what programs see (the cache) and what
// would be there after a power cut (the disk), and keeps the changes that lie between the two, in
// the order in which they were made:
//
//  - write, cut: on the disk after sync() of the file;
//  - a name made, moved or removed: on the disk after sync() of its folder. What lies below a
//    folder whose own name is not on the disk is gone with it.
//
// A value. Copies share what they have in common, so that a million of them can be made.
class FakeVolume {
 public:
  using Index = std::size_t;  // of a file or folder, never used again
  using Names = std::map<std::string, Index, std::less<>>;

  struct Node {
    std::uint64_t inode = 0;
    bool is_folder = false;
    std::string bytes = {}, bytes_on_disk = {};
    Names names = {}, names_on_disk = {};
  };

  FakeVolume();

  // Throws std::logic_error where a folder on the way is not there.
  Index make(const std::string& path, bool is_folder);
  std::optional<Index> find(std::string_view path) const;
  const Node& operator[](Index node) const { return *slots_[node].node; }

  void write(Index file, std::uint64_t offset, std::string_view bytes);
  void cut(Index file, std::uint64_t size);
  void move(const std::string& from, const std::string& to);  // within one folder
  void remove(const std::string& path);  // a file, or a folder with all that it holds

  // Programs have so many files open: their inodes are in use though their names are gone.
  void count_open(Index file, int more) { slots_[file].open += more; }
  void close_all();
  // The number of a removed file that is not open is given to the next file.
  bool reuse_inodes = false;

  void sync(Index node);
  // As in Linux, what was written counts as clean from then on. It can be read, the next sync
  // succeeds, and the disk has zeros in its place, unless it is written again or cut off.
  void fail_sync(Index file);
  void sync_everything();

  // The changes that are not on the disk, oldest first, by their length (1 for one of names).
  std::vector<std::size_t> unsynced() const;
  // Fates are given to the unsynced changes in their order; those that get none are lost. The
  // names of one folder are never kept out of order: no file system in use does that.
  void power_cut(const std::vector<Fate>& fates);

  // How many changes and syncs there were.
  std::size_t revision() const { return revision_; }

  // The same for volumes on which programs see the same, now and after any power cut.
  std::size_t fingerprint() const;

 private:
  // Shared by the copies until one of them changes it.
  struct Slot {
    std::shared_ptr<Node> node;
    bool has_name = true;
    int open = 0;
  };
  struct Change {
    enum class Kind { write, cut, names };
    Index node;
    Kind kind;
    std::uint64_t offset = 0;
    std::string bytes = {};
    std::map<std::string, std::optional<Index>> names = {};  // nothing: removed
  };
  struct Unsynced {
    std::shared_ptr<const Change> change;
    bool lost = false;  // a sync of it has failed
  };

  Node& own(Index node);
  void change(Change change);
  void change_names(const std::string& folder, std::map<std::string, std::optional<Index>> names);
  void lose_name(Index node);
  void apply(const Change& change, Fate fate);
  std::uint64_t free_inode() const;
  std::size_t fingerprint_of(Index node) const;

  std::vector<Slot> slots_;  // the first is "/"
  std::vector<Unsynced> unsynced_;
  std::size_t revision_ = 0;
};

// The folder that a path lies in, and its name there.
std::string folder_of(const std::string& path);
std::string name_of(const std::string& path);

}  // namespace inbound_sms::log
