#pragma once

#include <sys/types.h>

#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>

#include "base/descriptor.h"

namespace inbound_sms::testing {

// A precondition of Boost.Test: real file systems can be mounted here. From then on the test
// program, and what it starts, sees mounts of its own (mount_namespaces(7)): nobody else does, and
// they go with it, however it ends.
boost::test_tools::assertion_result can_mount(boost::unit_test::test_unit_id);

// Something mounted at a folder, which is made; it goes with this object.
class Mount {
 public:
  // The arguments of mount(8) but for the folder. std::runtime_error with its words where it fails.
  Mount(const std::string& arguments, std::string folder);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  ~Mount();

  const std::string& path() const { return folder_; }

 private:
  std::string folder_;
};

// The arguments for a file system in memory of this size ("64k"), for the ordinary user.
std::string tmpfs_of(const std::string& size);

// An ext4 in an image in memory, for the ordinary user. Nothing is written back before 300 s have
// passed but what is synced.
class Ext4 {
 public:
  // Everything lies in `folder`, which is made.
  explicit Ext4(const std::string& folder);

  const std::string& path() const { return mounted_->path(); }
  const std::string& image() const { return image_; }

  // Nobody may use it meanwhile. What the kernel kept in memory is gone.
  void remount();

  // From now on new blocks (of 4096 bytes) can be written and not be synced; until heal_syncs(). A
  // write must not begin in an old block: loop devices say of one of which only the first part
  // had its place that it succeeded.
  void fail_syncs() const;
  void heal_syncs() const;

 private:
  std::string folder_;
  Mount back_;  // holds the image
  std::string image_;
  std::optional<Mount> mounted_;
};

// What a power cut at this moment would leave of an ext4: a copy of its image. Whoever writes to it
// must stand still (standing_still.h).
class AfterPowerCut {
 public:
  // Everything lies in `folder`, which is made.
  AfterPowerCut(const Ext4& disk, const std::string& folder);

  // To be called once, as after the next boot; the ext4 may have gone on meanwhile.
  const std::string& mount();

 private:
  std::string folder_;
  Mount back_;
  std::optional<Mount> mounted_;
};

// While it lives, who is started takes the machine for one that has booted anew.
class NextBoot {
 public:
  explicit NextBoot(const std::string& folder);

 private:
  Mount boot_id_;
};

// While it lives, every write to this file system waits (fsfreeze(8)).
class Frozen {
 public:
  explicit Frozen(const std::string& folder);
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  ~Frozen();

 private:
  Descriptor hold_;  // the other end is with a process that thaws it when this one is closed
  pid_t guard_ = -1;
};

}  // namespace inbound_sms::testing
