#include "cmrt1/batch/shard.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <vector>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/error.h"
#include "cmrt1/batch/output.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

TEST(Shard, IsReadAsPartOfACount) {
  const Shard shard = shard_from("2/3");
  EXPECT_EQ(shard.number, 2);
  EXPECT_EQ(shard.count, 3);
  EXPECT_TRUE(shard_from("1/1").whole());
}

TEST(Shard, RefusesWhatIsNoPart) {
  for (const char* text : {"", "1", "0/3", "4/3", "-1/3", "1/0", "1/3x", "a/b", "1/9999999"})
    EXPECT_THROW(shard_from(text), UsageError) << text;
}

TEST(Shard, EveryStudyIsInOnePartAlone) {
  std::vector<int> held(4);
  for (int study = 0; study < 400; ++study)
    for (int number = 1; number <= 4; ++number)
      held[static_cast<std::size_t>(number - 1)] += Shard{number, 4}.holds("1.2.3." + std::to_string(study));
  EXPECT_EQ(std::accumulate(held.begin(), held.end(), 0), 400);
  for (const int count : held) EXPECT_NEAR(count, 100, 35);
}

TEST(Shard, AloneHoldsAll) { EXPECT_TRUE(Shard{}.holds("1.2.3")); }

TEST(Shard, NamesItsPartOfATable) {
  EXPECT_EQ((Shard{2, 3}.part_of("summary.csv")), "summary.2-of-3.csv");
  EXPECT_EQ(Shard{}.part_of("summary.csv"), "summary.csv");
  const Shard read = shard_of_part("summary.2-of-3.csv", "summary.csv");
  EXPECT_EQ(read.number, 2);
  EXPECT_EQ(read.count, 3);
  for (const char* other : {"summary.csv", "summary.2-of-3.csv.bak", "qcd.2-of-3.csv", "summary.x.csv"})
    EXPECT_EQ(shard_of_part(other, "summary.csv").count, 0) << other;
}

TEST(OutputHold, ShardsOfOneCountWorkSideBySide) {
  const TemporaryFolder folder;
  const OutputHold first(folder.path(), {1, 2});
  EXPECT_NO_THROW(OutputHold(folder.path(), {2, 2}));
}

TEST(OutputHold, RefusesTheSameShardAnotherCountAndAWholeRun) {
  const TemporaryFolder folder;
  const OutputHold first(folder.path(), {1, 2});
  EXPECT_THROW(OutputHold(folder.path(), {1, 2}), IoError);
  EXPECT_THROW(OutputHold(folder.path(), {1, 3}), IoError);
  EXPECT_THROW(OutputHold(folder.path(), {}), IoError);
}

TEST(OutputHold, AWholeRunKeepsShardsOut) {
  const TemporaryFolder folder;
  const OutputHold all(folder.path(), {});
  EXPECT_THROW(OutputHold(folder.path(), {1, 2}), IoError);
}

TEST(OutputHold, AnotherCountMayFollow) {
  const TemporaryFolder folder;
  { const OutputHold first(folder.path(), {1, 2}); }
  EXPECT_NO_THROW(OutputHold(folder.path(), {1, 3}));
}

TEST(StaleStaging, OfAnotherShardIsLeftAlone) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "study" / ".cmrt1-part-7-own");
  fs::create_directories(folder.path() / "study" / ".cmrt1-part-8-other");
  fs::create_directories(folder.path() / "study" / ".cmrt1-old-own");
  remove_stale_staging(folder.path(),
                       [&](const fs::path& target) { return target == folder.path() / "study" / "own"; });
  EXPECT_FALSE(fs::exists(folder.path() / "study" / ".cmrt1-part-7-own"));
  EXPECT_FALSE(fs::exists(folder.path() / "study" / ".cmrt1-old-own"));
  EXPECT_TRUE(fs::exists(folder.path() / "study" / ".cmrt1-part-8-other"));
}

}  // namespace
}  // namespace cmrt1
