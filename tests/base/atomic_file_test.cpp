#include "cmrt1/base/atomic_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cmrt1/base/error.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

int entries(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST(WriteAtomically, ReplacesAFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  write_atomically(folder.path() / "a.txt", std::string("old"));
  write_atomically(folder.path() / "a.txt", std::string("new"));
  EXPECT_EQ(contents(folder.path() / "a.txt"), "new");
  EXPECT_EQ(entries(folder.path()), 1);
}

TEST(WriteAtomically, KeepsTheOldFileWhenTheWriterFails) {
  const TemporaryFolder folder;
  write_atomically(folder.path() / "a.txt", std::string("old"));
  EXPECT_THROW(write_atomically(folder.path() / "a.txt",
                                [](const fs::path& temporary) {
                                  std::ofstream(temporary) << "half";
                                  throw IoError("the disk is full");
                                }),
               IoError);
  EXPECT_EQ(contents(folder.path() / "a.txt"), "old");
  EXPECT_EQ(entries(folder.path()), 1);
}

TEST(WriteAtomically, NamesTheFileItCannotWrite) {
  const TemporaryFolder folder;
  try {
    write_atomically(folder.path() / "missing" / "a.txt", std::string("x"));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("a.txt"), std::string::npos);
    EXPECT_EQ(error.code(), ExitCode::output_io);
  }
}

TEST(StagedFolder, AppearsOnlyAtCommit) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "series";
  {
    StagedFolder staged(target);
    std::ofstream(staged.path() / "t1.txt") << "1";
    EXPECT_FALSE(fs::exists(target));
    staged.commit();
  }
  EXPECT_EQ(contents(target / "t1.txt"), "1");
  EXPECT_EQ(entries(folder.path()), 1);
}

TEST(StagedFolder, VanishesWithoutCommit) {
  const TemporaryFolder folder;
  { StagedFolder staged(folder.path() / "series"); }
  EXPECT_EQ(entries(folder.path()), 0);
}

TEST(StagedFolder, ReplacesAnOlderResult) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "series";
  fs::create_directory(target);
  std::ofstream(target / "stale.txt") << "x";
  StagedFolder staged(target);
  staged.commit();
  EXPECT_EQ(entries(target), 0);
  EXPECT_EQ(entries(folder.path()), 1);
}

TEST(RemoveStaleStaging, TakesWhatAKilledRunLeft) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "study" / ".cmrt1-part-1-series");
  std::ofstream(folder.path() / ".cmrt1-part-1-summary.csv") << "x";
  std::ofstream(folder.path() / "summary.csv") << "x";
  remove_stale_staging(folder.path());
  EXPECT_EQ(entries(folder.path() / "study"), 0);
  EXPECT_TRUE(fs::exists(folder.path() / "summary.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / ".cmrt1-part-1-summary.csv"));
}

TEST(RemoveStaleStaging, SparesWhatOthersCallBySimilarNames) {
  const TemporaryFolder folder;
  const std::vector<fs::path> foreign = {folder.path() / ".old-scans", folder.path() / ".part-2",
                                         folder.path() / "a" / "b" / ".cmrt1-part-1-series"};
  for (const auto& path : foreign) fs::create_directories(path);
  remove_stale_staging(folder.path());
  for (const auto& path : foreign) EXPECT_TRUE(fs::exists(path)) << path;
}

TEST(FolderLock, RefusesASecondHolderUntilTheFirstIsGone) {
  const TemporaryFolder folder;
  {
    const FolderLock first(folder.path());
    EXPECT_THROW(FolderLock second(folder.path()), IoError);
  }
  EXPECT_NO_THROW(FolderLock third(folder.path()));
}
