#include "log/crash_states.h"

#include <algorithm>

namespace inbound_sms::log {

namespace {

constexpr std::size_t kNewest = 3;
constexpr std::size_t kFewTears = 4;

class PowerCuts {
 public:
  PowerCuts(const FakeDisk& disk, Tears tears,
            const std::function<void(const FakeDisk& machine)>& visit)
      : disk_(disk), tears_(tears), visit_(visit), lengths_(disk.unsynced()) {}

  void visit_all() {
    const std::size_t newest = std::min(lengths_.size(), kNewest);
    for (const std::size_t others : {std::size_t(0), kAllBytes}) {
      fates_.assign(lengths_.size(), Fate{others});
      turn(3, 0, Fate{others == 0 ? kAllBytes : 0});
      for (std::size_t torn = lengths_.size() - newest; torn < lengths_.size(); ++torn)
        tear(torn, lengths_.size() - newest);
    }
  }

 private:
  // Gives `fate` to every subset of up to `most` changes from this one on.
  void turn(std::size_t most, std::size_t from, Fate fate) {
    cut();
    for (std::size_t i = from; most > 0 && i < fates_.size(); ++i) {
      const Fate before = std::exchange(fates_[i], fate);
      turn(most - 1, i + 1, fate);
      fates_[i] = before;
    }
  }

  // The changes from `from` on but the torn one go either way.
  void tear(std::size_t torn, std::size_t from) {
    if (from == torn) ++from;
    if (from >= fates_.size()) return tear_here(torn);
    const Fate before = fates_[from];
    for (const std::size_t kept : {std::size_t(0), kAllBytes}) {
      fates_[from] = {kept};
      tear(torn, from + 1);
    }
    fates_[from] = before;
  }

  void tear_here(std::size_t torn) {
    const Fate before = fates_[torn];
    const std::size_t step = tears_ == Tears::few ? 1 + lengths_[torn] / kFewTears : 1;
    for (std::size_t bytes = 0; bytes < lengths_[torn]; bytes += step)
      for (const bool zeros : {false, true}) {
        fates_[torn] = {bytes, zeros};
        if (bytes > 0 || zeros) cut();
      }
    fates_[torn] = before;
  }

  void cut() {
    FakeDisk machine = disk_.after_death();
    machine.power_cut(fates_);
    visit_(machine);
  }

  const FakeDisk& disk_;
  const Tears tears_;
  const std::function<void(const FakeDisk& machine)>& visit_;
  const std::vector<std::size_t> lengths_;  // of the changes
  std::vector<Fate> fates_;
};

}  // namespace

void each_power_cut(const FakeDisk& disk, Tears tears,
                    const std::function<void(const FakeDisk& machine)>& visit) {
  PowerCuts(disk, tears, visit).visit_all();
}

}  // namespace inbound_sms::log
