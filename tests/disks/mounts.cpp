#include "disks/mounts.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "support/ordinary_user.h"
#include "support/temporary_folder.h"
#include "support/wait.h"

namespace inbound_sms::testing {

namespace {

namespace fs = std::filesystem;

// As the user of the test itself. std::runtime_error with the words of the command where it fails.
void run(const std::string& command) {
  FILE* const output = ::popen(("PATH=$PATH:/usr/sbin; " + command + " 2>&1").c_str(), "r");
  std::string words(4096, '\0');
  words.resize(output ? std::fread(words.data(), 1, words.size(), output) : 0);
  if (!output || ::pclose(output) != 0)
    throw std::runtime_error(command + ": " + words.substr(0, words.find('\n')));
}

std::string ids(const std::string& separator) {
  const OrdinaryUser user = ordinary_user();
  return std::to_string(user.uid) + separator + std::to_string(user.gid);
}

// Holes are filled after mkfs, which makes some: an ext4 whose journal or tables have no place in
// memory would turn read-only for good.
std::string make_image(const std::string& path, off_t bytes) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file || ::ftruncate(file.get(), bytes) != 0)
    throw std::runtime_error(path + ": " + std::strerror(errno));
  run("mkfs.ext4 -q -F -b 4096 -E root_owner=" + ids(":") + " " + path);
  if (const int error = ::posix_fallocate(file.get(), 0, bytes); error != 0)
    throw std::runtime_error(path + ": " + std::strerror(error));
  return path;
}

// The free blocks become holes in the image: without memory behind it there is no place for them.
void trim(const std::string& folder) {
  const Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  fstrim_range all{0, ~std::uint64_t{0}, 0};
  if (::ioctl(root.get(), FITRIM, &all) != 0)
    throw std::runtime_error("trim " + folder + ": " + std::strerror(errno));
}

std::string made_boot_id(const std::string& path) {
  std::ofstream(path) << "11111111-2222-3333-4444-555555555555\n";
  return path;
}

// Why not; empty: it can.
std::string try_to_mount() {
  if (::geteuid() != 0) return "only root may mount";
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return std::string("no mounts of its own: ") + std::strerror(errno);
  try {
    const TemporaryFolder folder;
    const Ext4 disk(folder.path() + "/ext4");
    const NextBoot boot(folder.path());
    const Frozen frozen(disk.path());
    return "";
  } catch (const std::runtime_error& why) {
    return why.what();
  }
}

}  // namespace

boost::test_tools::assertion_result can_mount(boost::unit_test::test_unit_id) {
  static const std::string why_not = try_to_mount();
  boost::test_tools::assertion_result can(why_not.empty());
  can.message() << "no file system can be mounted here: " << why_not;
  return can;
}

Mount::Mount(const std::string& arguments, std::string folder) : folder_(std::move(folder)) {
  std::error_code file;
  fs::create_directories(folder_, file);  // what is mounted over a file has it already
  run("mount " + arguments + " " + folder_);
}

// A process that ends may hold it a moment longer.
Mount::~Mount() {
  const bool gone = wait_until([this] { return ::umount(folder_.c_str()) == 0 || errno != EBUSY; },
                               std::chrono::seconds(5));
  if (!gone) ::umount2(folder_.c_str(), MNT_DETACH);
  BOOST_CHECK_MESSAGE(gone, folder_ << " is in use where nobody should be left");
}

std::string tmpfs_of(const std::string& size) {
  return "-t tmpfs -o size=" + size + ",mode=0700,uid=" + ids(",gid=") + " tmpfs";
}

Ext4::Ext4(const std::string& folder)
    : folder_(folder),
      back_(tmpfs_of("96m"), folder + "/back"),
      image_(make_image(back_.path() + "/disk", 64 << 20)) {
  remount();
  trim(path());
}

void Ext4::remount() {
  mounted_.reset();
  mounted_.emplace("-o loop,nodiscard,commit=300 " + image_, folder_ + "/mnt");
}

void Ext4::fail_syncs() const {
  const Descriptor full(
      ::open((back_.path() + "/full").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string zeros(65536, '\0');
  while (::write(full.get(), zeros.data(), zeros.size()) > 0) continue;
}

void Ext4::heal_syncs() const {
  fs::remove(back_.path() + "/full");
}

AfterPowerCut::AfterPowerCut(const Ext4& disk, const std::string& folder)
    : folder_(folder), back_(tmpfs_of("96m"), folder + "/back") {
  run("cp --sparse=always " + disk.image() + " " + back_.path() + "/disk");
}

const std::string& AfterPowerCut::mount() {
  return mounted_.emplace("-o loop " + back_.path() + "/disk", folder_ + "/mnt").path();
}

NextBoot::NextBoot(const std::string& folder)
    : boot_id_("--bind " + made_boot_id(folder + "/boot_id"), "/proc/sys/kernel/random/boot_id") {}

// The file system stays frozen for good when nobody thaws it, so a process does that which sees
// the end of the test program.
Frozen::Frozen(const std::string& folder) {
  int ends[2];
  const Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root || ::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error("freeze " + folder + ": " + std::strerror(errno));
  const Descriptor theirs(ends[0]);
  hold_.reset(ends[1]);
  if (::ioctl(root.get(), FIFREEZE, 0) != 0)
    throw std::runtime_error("freeze " + folder + ": " + std::strerror(errno));
  guard_ = ::fork();
  if (guard_ != 0) return;
  hold_.reset();
  char nothing;
  (void)!::read(theirs.get(), &nothing, 1);
  ::ioctl(root.get(), FITHAW, 0);
  ::_exit(0);
}

Frozen::~Frozen() {
  hold_.reset();
  ::waitpid(guard_, nullptr, 0);
}

}  // namespace inbound_sms::testing
