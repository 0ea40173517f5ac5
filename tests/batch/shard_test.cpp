#include "cmrt1/batch/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
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

TEST(Shard, EveryNameIsInOnePartAlone) {
  std::vector<int> held(4);
  for (int name = 0; name < 400; ++name)
    for (int number = 1; number <= 4; ++number)
      held[static_cast<std::size_t>(number - 1)] += Shard{number, 4}.holds("1.2.3." + std::to_string(name));
  EXPECT_EQ(std::accumulate(held.begin(), held.end(), 0), 400);
  for (const int count : held) EXPECT_NEAR(count, 100, 35);
}

std::set<std::string> studies(int count) {
  std::set<std::string> all;
  for (int study = 0; study < count; ++study) all.insert("1.2.3." + std::to_string(study));
  return all;
}

TEST(StudyDivision, GivesEveryStudyToOnePartAndPartsOfLikeSize) {
  for (const int count : {0, 3, 11, 40, 401}) {
    const auto all = studies(count);
    std::map<std::string, int> holders;
    std::vector<int> sizes(4);
    for (int number = 1; number <= 4; ++number) {
      const StudyDivision division({number, 4}, all);
      for (const std::string& study : all)
        if (division.holds(study)) ++sizes[static_cast<std::size_t>(number - 1)], ++holders[study];
    }
    const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
    EXPECT_LE(*most - *least, 1) << count;
    EXPECT_EQ(holders.size(), all.size());
    for (const auto& [study, times] : holders) EXPECT_EQ(times, 1) << study;
  }
}

TEST(StudyDivision, DoesNotFollowTheOrderOfTheNames) {
  const StudyDivision first({1, 2}, studies(100));
  int neighbours = 0;
  for (int study = 1; study < 100; ++study)
    neighbours +=
        first.holds("1.2.3." + std::to_string(study)) == first.holds("1.2.3." + std::to_string(study - 1));
  EXPECT_NEAR(neighbours, 50, 20) << "as when a coin is thrown: what comes in twos is not divided by it";
}

TEST(StudyDivision, KnowsWhetherAllShardsFoundTheSameStudies) {
  const auto fingerprint = [](int number, int count) {
    return StudyDivision({number, 3}, studies(count)).shard().fingerprint;
  };
  EXPECT_EQ(fingerprint(1, 20), fingerprint(2, 20));
  EXPECT_NE(fingerprint(1, 20), fingerprint(2, 19));
}

TEST(StudyDivision, KeepsTheCasesOfAStudyTogether) {
  using Case = std::pair<std::string, int>;  // study, series
  std::vector<Case> left;
  for (int number = 1; number <= 2; ++number) {
    std::vector<Case> cases = {{"1.1", 1}, {"1.2", 1}, {"1.1", 2}, {"1.3", 1}, {"1.2", 2}};
    const Shard shard = keep_own(cases, {number, 2}, [](const Case& one) { return one.first; });
    EXPECT_EQ(shard.fingerprint, StudyDivision({1, 2}, {"1.1", "1.2", "1.3"}).shard().fingerprint);
    for (const auto& [study, series] : cases)
      EXPECT_EQ(
          std::count_if(cases.begin(), cases.end(), [&](const Case& one) { return one.first == study; }),
          study == "1.3" ? 1 : 2);
    left.insert(left.end(), cases.begin(), cases.end());
  }
  EXPECT_EQ(left.size(), 5u);
}

TEST(StudyDivision, OfAllHoldsAll) {
  const StudyDivision all({}, studies(5));
  for (const std::string& study : studies(5)) EXPECT_TRUE(all.holds(study));
  EXPECT_EQ(all.shard().part_of("summary.csv"), "summary.csv");
}

TEST(Shard, AloneHoldsAll) { EXPECT_TRUE(Shard{}.holds("1.2.3")); }

TEST(Shard, PartsThatAreSaidToGoAreRemoved) {
  const TemporaryFolder folder;
  for (const char* name :
       {"summary.1-of-2.csv", "summary.2-of-2-00ff00ff.csv", "summary.csv", "qcd.2-of-2.csv"})
    std::ofstream(folder.path() / name) << "x";
  remove_parts(folder.path(), "summary.csv", [](const Shard& shard) { return shard.number == 2; });
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "summary.2-of-2-00ff00ff.csv"));
  for (const char* name : {"summary.1-of-2.csv", "summary.csv", "qcd.2-of-2.csv"})
    EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
}

TEST(Shard, NamesItsPartOfATable) {
  EXPECT_EQ((Shard{2, 3}.part_of("summary.csv")), "summary.2-of-3.csv");
  EXPECT_EQ((Shard{2, 3, "0a1b2c3d"}.part_of("summary.csv")), "summary.2-of-3-0a1b2c3d.csv");
  EXPECT_EQ(shard_of_part("summary.2-of-3-0a1b2c3d.csv", "summary.csv").fingerprint, "0a1b2c3d");
  EXPECT_EQ(Shard{}.part_of("summary.csv"), "summary.csv");
  const Shard read = shard_of_part("summary.2-of-3.csv", "summary.csv");
  EXPECT_EQ(read.number, 2);
  EXPECT_EQ(read.count, 3);
  for (const char* other : {"summary.csv", "summary.2-of-3.csv.bak", "qcd.2-of-3.csv", "summary.x.csv",
                            "summary.2-of-3-0a1b.csv"})
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

TEST(OutputHold, RefusesShardsThatFoundOtherStudies) {
  const TemporaryFolder folder;
  const OutputHold first(folder.path(), {1, 2, "0a1b2c3d"});
  EXPECT_NO_THROW(OutputHold(folder.path(), {2, 2, "0a1b2c3d"}));
  EXPECT_THROW(OutputHold(folder.path(), {2, 2, "ffffffff"}), IoError);
  EXPECT_THROW(OutputHold(folder.path(), {1, 2, "ffffffff"}), IoError);
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
