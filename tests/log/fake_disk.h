#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/disk.h"

namespace inbound_sms::log {

// One call that was made to the disk.
struct Call {
  enum class Kind {
    open,
    look,
    read,
    write,
    sync,
    truncate,
    info,
    rename,
    list,
    make_folder,
    sync_folder,
    lock,
    unlock
  };
  Kind kind;
  std::string path;
};

inline constexpr std::size_t kAllBytes = std::numeric_limits<std::size_t>::max();

// What goes wrong, and when. Calls are counted from the moment at which the fault is set.
struct Fault {
  static constexpr std::size_t kForEver = std::numeric_limits<std::size_t>::max();
  static constexpr int kProcessDies = 0;

  std::optional<Call::Kind> kind = {};  // none: calls of any kind
  std::string path = {};                // empty: on any path
  std::size_t nth = 1;                  // the first call that fails
  std::size_t times = 1;                // how many fail, one after the other
  int number = EIO;                     // an errno, or kProcessDies: the call throws ProcessDied
  std::size_t landed = 0;               // of a write: the bytes that arrive all the same
};

// Thrown out of the call at which a process is killed. What it held, its unwinding frees.
struct ProcessDied {};

// What a power cut leaves of one change that was not synced: its first `kept` bytes (a cut, or a
// change of names, is kept or not), and behind them nothing, or zeros up to its full length.
struct Fate {
  std::size_t kept = 0;
  bool zeros = false;
};

// A disk in memory that loses what real ones lose. It knows for each file and each folder what
// programs see (the cache) and what would be there after a power cut (the disk), and keeps the
// changes that lie between the two, in the order in which they were made:
//
//  - write_at, truncate: on the disk after sync() of the file;
//  - a name made, renamed or removed: on the disk after sync_folder() of its folder. What lies
//    below a folder whose own name is not on the disk is gone with it;
//  - a sync that fails: as in Linux, the bytes count as clean from then on. They can be read, the
//    next sync returns success, and the disk has zeros in their place, unless they were written
//    again or cut off.
//
// A process that dies loses nothing but its lock. Several processes are several journals on one
// FakeDisk. It is a value: a copy is a second machine in the same state, so that one run of a
// workload can be stopped in many ways at each of its calls. Single-threaded.
class FakeDisk final : public Disk {
 public:
  FakeDisk();

  // --- What the code under test does.
  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override;
  Result<FileInfo> look(const std::string& path) const override;
  Status rename(const std::string& from, const std::string& to) override;
  Result<std::vector<std::string>> list(const std::string& folder) const override;
  Status make_folder(const std::string& path) override;
  Status sync_folder(const std::string& path) override;
  Result<std::unique_ptr<Lock>> lock(const std::string& folder) override;
  std::string boot_id() const override { return "boot-" + std::to_string(boot_); }

  // --- What happens to it.
  void fail(Fault fault) { faults_.push_back({std::move(fault), 0}); }
  void heal() { faults_.clear(); }

  // The changes that are not on the disk, oldest first, by their length (1 for one of names).
  std::vector<std::size_t> unsynced() const;
  // The machine stops and starts again. Fates are given to the unsynced changes in their order;
  // those that get none are lost. The names of one folder are never kept out of order: no file
  // system in use does that. Files that were open must not be used any more.
  void power_cut(const std::vector<Fate>& fates = {});
  // The same machine after every process on it has died, in a copy.
  FakeDisk after_death() const;

  // Called before each call, for a look at what others see at that moment. The calls that it
  // makes itself do not fail and are not recorded.
  std::function<void()> between_calls;
  // Called when list() has read half of the names: what it changes is seen by the other half only.
  std::function<void()> in_list;
  // The number of a removed file that is not open is given to the next file.
  bool reuse_inodes = false;
  // Who calls: for the message when the lock is taken twice.
  std::string process = "a process";

  // --- What an administrator does and sees. Nothing of it fails, is recorded, or is synced.
  void put(const std::string& path, std::string_view bytes);
  void remove(const std::string& path);  // a file, or a folder with all that it holds
  void move(const std::string& from, const std::string& to);  // within one folder
  void sync_everything();
  bool exists(const std::string& path) const { return find(path).has_value(); }
  std::string bytes(const std::string& path) const;               // "" where there is none
  std::vector<std::string> names(const std::string& path) const;  // sorted

  // --- What was done: every call since the last clear, and those that change or order something
  // as text: "write /log/x".
  const std::vector<Call>& calls() const { return calls_; }
  std::vector<std::string> steps() const;
  void clear_calls() { calls_.clear(); }

 private:
  friend class FakeFile;
  friend class FakeLock;
  using Index = std::size_t;  // of a node, never used again

  struct Node {
    std::uint64_t inode = 0;
    bool is_folder = false;
    bool has_name = true;
    int open = 0;  // by how many File objects
    std::string bytes = {}, bytes_on_disk = {};
    std::map<std::string, Index> names = {}, names_on_disk = {};
  };
  struct Change {
    enum class Kind { write, cut, names };
    Index node;
    Kind kind;
    std::uint64_t offset = 0;
    std::string bytes = {};
    std::map<std::string, std::optional<Index>> names = {};  // nothing: removed
    bool lost = false;                                       // a sync of it has failed
  };
  struct ArmedFault {
    Fault fault;
    std::size_t seen;  // calls that it could have met
  };

  // Records the call and says how it fails: nothing, or the fault.
  std::optional<Fault> enter(Call::Kind kind, const std::string& path) const;
  Status enter_simple(Call::Kind kind, const std::string& path) const;

  std::optional<Index> find(const std::string& path) const;
  Result<Index> find_folder(const std::string& path, const std::string& tried) const;
  Index make_node(const std::string& path, bool is_folder);
  void change(Change change);
  void change_names(const std::string& folder, std::map<std::string, std::optional<Index>> names);
  void forget(Index node);
  void apply(const Change& change, Fate fate);
  void put_on_disk(Index node);
  std::uint64_t free_inode() const;

  std::vector<Node> nodes_;  // the first is "/"
  std::vector<Change> unsynced_;
  unsigned boot_ = 1;
  std::string lock_holder_;  // empty: nobody
  std::string locked_folder_;
  mutable std::vector<ArmedFault> faults_;
  mutable std::vector<Call> calls_;
  mutable bool between_ = false;  // in between_calls
};

std::string to_text(const Call& call);

}  // namespace inbound_sms::log
