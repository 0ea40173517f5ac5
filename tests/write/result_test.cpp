#include "cmrt1/write/result.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>

#include "cmrt1/base/error.h"
#include "support/record.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

namespace fs = std::filesystem;

std::set<std::string> names(const fs::path& folder) {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.insert(entry.path().filename());
  return found;
}

std::string bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Lets no file of this process grow beyond `bytes`, as a full disk would, for its lifetime.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  sighandler_t handler_;
  rlimit before_{};
};

const std::set<std::string> always = {"t1.dcm",
                                      "r2.dcm",
                                      "t1.nii.gz",
                                      "r2.nii.gz",
                                      "t1_uncorrected.nii.gz",
                                      "t1_error.nii.gz",
                                      "samples_used.nii.gz",
                                      "status.nii.gz",
                                      "displacement_mm.nii.gz",
                                      "overview.png",
                                      "result.json"};

}  // namespace

TEST(WriteSeries, WritesTheFilesThatAreDocumented) {
  const TemporaryFolder folder;
  write_series(sample::record(), folder.path());
  EXPECT_EQ(names(folder.path()), always);
  const std::string documented = bytes(CMRT1_SOURCE_DIR "/docs/outputs.md");
  for (const auto& name : always) EXPECT_NE(documented.find("`" + name + "`"), std::string::npos) << name;
}

TEST(WriteSeries, WritesOneImageAnInversionTimeOnRequest) {
  const TemporaryFolder folder;
  write_series(sample::record(), folder.path(), {.write_images = true});
  EXPECT_EQ(names(folder.path()).size(), always.size() + 7);
  EXPECT_TRUE(fs::exists(folder.path() / "corrected_01.nii.gz"));
  EXPECT_TRUE(fs::exists(folder.path() / "corrected_07.nii.gz"));
}

TEST(WriteSeries, WritesTheSameBytesInEveryRun) {
  const TemporaryFolder first, second;
  write_series(sample::record(), first.path(), {.write_images = true});
  write_series(sample::record(), second.path(), {.write_images = true});
  for (const auto& name : names(first.path()))
    EXPECT_EQ(bytes(first.path() / name), bytes(second.path() / name)) << name;
}

TEST(WriteSeries, NamesTheFileThatCannotBeWritten) {
  const fs::path folder = "/proc/cmrt1";
  try {
    write_series(sample::record(), folder);
    FAIL() << "nothing was thrown";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find((folder / "overview.png").string()), std::string::npos)
        << error.what();
  }
}

TEST(WriteSeries, NamesTheFileThatFillsTheDisk) {
  const TemporaryFolder folder;
  const SmallDisk disk(2000);
  try {
    write_series(sample::record(), folder.path());
    FAIL() << "nothing was thrown";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("overview.png"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(names(folder.path()).empty());
}

TEST(WriteSeries, LeavesNothingBehindInAReadOnlyFolder) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(write_series(sample::record(), folder.path()), IoError);
  EXPECT_TRUE(names(folder.path()).empty());
  fs::permissions(folder.path(), fs::perms::owner_all);
}
