#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/disk.h"
#include "log/fake_volume.h"

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

// What goes wrong, and when. Calls are counted from the moment at which the fault is set.
struct Fault {
  static constexpr std::size_t kForEver = std::numeric_limits<std::size_t>::max();
  static constexpr int kProcessDies = 0;
  static constexpr int kNoMemory = -1;

  std::optional<Call::Kind> kind = {};  // none: calls of any kind
  std::string path = {};                // empty: on any path
  std::size_t nth = 1;                  // the first call that fails
  std::size_t times = 1;                // how many fail, one after the other
  int number = EIO;        // an errno, or kProcessDies: the call throws ProcessDied, or
                           // kNoMemory: std::bad_alloc
  std::size_t landed = 0;  // of a write: the bytes that arrive all the same
};

// Thrown out of the call at which a process is killed. What it held, its unwinding frees.
struct ProcessDied {};

// A disk in memory that loses what real ones lose (FakeVolume), and fails where it is told to.
//
// A process that dies loses nothing but its lock. Several processes are several journals on one
// FakeDisk. It is a value: a copy is a second machine in the same state, so that one run of a
// workload can be stopped in many ways at each of its calls. Single-threaded.
class FakeDisk final : public Disk {
 public:
  FakeDisk() = default;

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

  // See FakeVolume.
  std::vector<std::size_t> unsynced() const { return volume_.unsynced(); }
  std::size_t revision() const { return volume_.revision(); }
  // The same for machines on which everything goes on alike.
  std::size_t fingerprint() const { return volume_.fingerprint() + boot_; }
  // The machine stops and starts again. Files that were open must not be used any more.
  void power_cut(const std::vector<Fate>& fates = {});
  // The same machine after every process on it has died, in a copy.
  FakeDisk after_death() const;

  // Called before each call, for a look at what others see at that moment. The calls that it
  // makes itself do not fail and are not recorded.
  std::function<void()> between_calls;
  // Does the same now.
  void between_two_calls(const std::function<void()>& look) const;
  // Called when list() has read half of the names: what it changes is seen by the other half only.
  std::function<void()> in_list;
  // Who calls: for the message when the lock is taken twice.
  std::string process = "a process";

  // --- What an administrator does and sees. Nothing of it fails, is recorded, or is synced.
  void put(const std::string& path, std::string_view bytes);
  void remove(const std::string& path) { volume_.remove(path); }
  void move(const std::string& from, const std::string& to) { volume_.move(from, to); }
  void sync_everything() { volume_.sync_everything(); }
  void reuse_inodes() { volume_.reuse_inodes = true; }
  bool exists(const std::string& path) const { return volume_.find(path).has_value(); }
  std::string bytes(const std::string& path) const;               // "" where there is none
  std::vector<std::string> names(const std::string& path) const;  // sorted

  // --- What was done: every call since the last clear, and those that change or order something
  // as text: "write /log/x".
  const std::vector<Call>& calls() const { return calls_; }
  std::vector<std::string> steps() const;
  std::string last_step() const { return steps().empty() ? "nothing" : steps().back(); }
  void clear_calls() { calls_.clear(); }

 private:
  friend class FakeFile;
  friend class FakeLock;
  using Index = FakeVolume::Index;

  struct ArmedFault {
    Fault fault;
    std::size_t seen;  // calls that it could have met
  };

  // Records the call and says how it fails: nothing, or the fault.
  std::optional<Fault> enter(Call::Kind kind, const std::string& path) const;
  Status enter_simple(Call::Kind kind, const std::string& path) const;

  Result<Index> find_folder(const std::string& path, const char* tried) const;

  FakeVolume volume_;
  unsigned boot_ = 1;
  std::string lock_holder_;  // empty: nobody
  std::string locked_folder_;
  mutable std::vector<ArmedFault> faults_;
  mutable std::vector<Call> calls_;
  mutable bool between_ = false;  // in between_calls
};

std::string to_text(const Call& call);

}  // namespace inbound_sms::log
