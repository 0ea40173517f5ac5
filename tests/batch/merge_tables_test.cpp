#include "cmrt1/batch/merge_tables.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "cmrt1/batch/output.h"
#include "cmrt1/write/segmentation_table.h"
#include "cmrt1/write/table.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

struct Parts {
  TemporaryFolder folder;
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream stream(folder.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  bool has(const std::string& name) const { return fs::exists(folder.path() / name); }
  void merge() const { run_cohortmerge({{folder.path()}, {false, true}}); }
};

TEST(MergeTables, PutsTheRowsOfAllShardsInOrder) {
  const Parts parts;
  parts.write("summary.1-of-2.csv", "study_uid,x\n1.10,a\n1.2,b\n");
  parts.write("summary.2-of-2.csv", "study_uid,x\n1.3,c\n");
  parts.merge();
  EXPECT_EQ(parts.read("summary.csv"), "study_uid,x\n1.2,b\n1.3,c\n1.10,a\n");
  EXPECT_FALSE(parts.has("summary.1-of-2.csv"));
}

TEST(MergeTables, DoesNotDependOnWhichShardHasARow) {
  const Parts one, other;
  one.write("summary.1-of-2.csv", "study_uid,x\n1,a\n2,b\n");
  one.write("summary.2-of-2.csv", "study_uid,x\n3,c\n");
  other.write("summary.1-of-2.csv", "study_uid,x\n3,c\n2,b\n");
  other.write("summary.2-of-2.csv", "study_uid,x\n1,a\n");
  one.merge();
  other.merge();
  EXPECT_EQ(one.read("summary.csv"), other.read("summary.csv"));
}

TEST(MergeTables, KeepsQuotedCellsAsTheyAre) {
  const Parts parts;
  const std::string row = "\"a, \"\"b\"\"\nc\",1\n";
  parts.write("summary.1-of-1.csv", "study_uid,x\n" + row);
  parts.merge();
  EXPECT_EQ(parts.read("summary.csv"), "study_uid,x\n" + row);
}

TEST(MergeTables, RefusesTablesOfDifferentColumns) {
  const Parts parts;
  parts.write("summary.1-of-2.csv", "study_uid,x\n");
  parts.write("summary.2-of-2.csv", "study_uid,y\n");
  EXPECT_THROW(parts.merge(), NoInputError);
  EXPECT_FALSE(parts.has("summary.csv"));
  EXPECT_TRUE(parts.has("summary.1-of-2.csv"));
}

TEST(MergeTables, RefusesWhereAShardIsMissing) {
  const Parts parts;
  parts.write("summary.1-of-3-0a1b2c3d.csv", "study_uid\n");
  parts.write("summary.3-of-3-0a1b2c3d.csv", "study_uid\n");
  try {
    parts.merge();
    FAIL();
  } catch (const NoInputError& error) {
    EXPECT_NE(std::string(error.what()).find("summary.2-of-3-0a1b2c3d.csv"), std::string::npos);
  }
}

TEST(MergeTables, RefusesShardsThatFoundDifferentStudies) {
  const Parts parts;
  parts.write("summary.1-of-2-00000000.csv", "study_uid\n1\n");
  parts.write("summary.2-of-2-11111111.csv", "study_uid\n2\n");
  try {
    parts.merge();
    FAIL();
  } catch (const NoInputError& error) {
    EXPECT_NE(std::string(error.what()).find("found different studies"), std::string::npos);
  }
  parts.write(".cmrt1-part-123-summary.2-of-2-11111111.csv", "study_uid\n");  // left of a killed run
  fs::remove(parts.folder.path() / "summary.2-of-2-11111111.csv");
  parts.write("summary.2-of-2-00000000.csv", "study_uid\n2\n");
  parts.merge();
  EXPECT_EQ(parts.read("summary.csv"), "study_uid\n1\n2\n");
}

TEST(MergeTables, RefusesPartsThatAreNotWhole) {
  for (const char* text : {"", "study_uid,x", "study_uid,x\n1", "study_uid,x\n1\n", "study_uid,x\n\"1,2\n"}) {
    const Parts parts;
    parts.write("summary.1-of-1.csv", text);
    EXPECT_THROW(parts.merge(), NoInputError) << text;
  }
}

TEST(MergeTables, RefusesPartsOfDifferentCounts) {
  const Parts parts;
  parts.write("summary.1-of-1.csv", "study_uid\n");
  parts.write("summary.1-of-2.csv", "study_uid\n");
  parts.write("summary.2-of-2.csv", "study_uid\n");
  EXPECT_THROW(parts.merge(), NoInputError);
}

TEST(MergeTables, RefusesWhileAShardIsAtWork) {
  const Parts parts;
  parts.write("summary.1-of-1.csv", "study_uid\n");
  const OutputHold shard(parts.folder.path(), {1, 2});
  EXPECT_THROW(parts.merge(), IoError);
}

TEST(MergeTables, LeavesTablesThatAreWholeAsTheyAre) {
  const Parts parts;
  parts.write("summary.csv", "study_uid,x\n1,a\n");
  parts.merge();
  EXPECT_EQ(parts.read("summary.csv"), "study_uid,x\n1,a\n");
}

TEST(MergeTables, GoesOnWhereItWasStoppedWhileItRemovedTheParts) {
  const Parts parts;
  parts.write("summary.2-of-2-0a1b2c3d.csv", "study_uid,x\n2,b\n");
  EXPECT_THROW(parts.merge(), NoInputError);
  parts.write("summary.csv", "study_uid,x\n1,a\n2,b\n");
  fs::last_write_time(parts.folder.path() / "summary.2-of-2-0a1b2c3d.csv",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  parts.merge();
  EXPECT_EQ(parts.read("summary.csv"), "study_uid,x\n1,a\n2,b\n");
  EXPECT_FALSE(parts.has("summary.2-of-2-0a1b2c3d.csv"));
}

TEST(MergeTables, RemovesWhatAMergeThatWasKilledLeft) {
  const Parts parts;
  parts.write(".cmrt1-part-17-summary.csv", "study_uid,x\n1");
  parts.write("summary.1-of-1.csv", "study_uid,x\n1,a\n");
  const fs::path of_another = parts.folder.path() / "t1moco" / ".cmrt1-part-18-summary.csv",
                 result = parts.folder.path() / ".cmrt1-old-1.2.3";
  for (const fs::path& folder : {of_another, result}) fs::create_directories(folder);
  parts.merge();
  EXPECT_TRUE(fs::exists(of_another));  // a program may be writing it
  EXPECT_TRUE(fs::exists(result));      // the only copy, where its program was killed between two renames
  EXPECT_FALSE(parts.has(".cmrt1-part-17-summary.csv"));
  EXPECT_EQ(parts.read("summary.csv"), "study_uid,x\n1,a\n");
}

TEST(MergeTables, WritesNothingWhereOneOfSeveralFoldersLacksAPart) {
  const Parts whole, lacking;
  whole.write("summary.1-of-1.csv", "study_uid,x\n1,a\n");
  lacking.write("summary.1-of-2.csv", "study_uid,x\n1,a\n");
  EXPECT_THROW(run_cohortmerge({{whole.folder.path(), lacking.folder.path()}, {false, true}}), NoInputError);
  EXPECT_TRUE(whole.has("summary.1-of-1.csv"));
  EXPECT_FALSE(whole.has("summary.csv"));
}

TEST(UnlistedResults, AreThoseThatNoTableNames) {
  const Parts parts;
  parts.write("summary.csv", "study_uid,folder\n1,1/a\n1,\n4,4/pair\n");
  for (const char* name : {"1/a", "1/b", "2", "4"}) {
    fs::create_directories(parts.folder.path() / name);
    parts.write(std::string(name) + "/receipt.json", "{}");
  }
  fs::create_directories(parts.folder.path() / "3");  // no result
  const auto merge = [&](Unlisted how) { run_cohortmerge({{parts.folder.path()}, {false, true}, how}); };
  EXPECT_THROW(merge(Unlisted::refuse), IoError);
  EXPECT_TRUE(parts.has("1/b") && parts.has("2"));
  merge(Unlisted::remove);
  EXPECT_TRUE(parts.has("1/a") && parts.has("3") && parts.has("4"));
  EXPECT_FALSE(parts.has("1/b") || parts.has("2"));
  merge(Unlisted::refuse);
}

TEST(MergeTables, RefusesAFolderWithoutTables) { EXPECT_THROW(Parts().merge(), NoInputError); }

TEST(MergeTables, ListsWhatIsFlaggedInAllShards) {
  const Parts parts;
  const std::vector<std::string> columns = segmentation_columns();
  const auto row = [&](const std::string& study, const std::string& dice, const std::string& flag) {
    std::vector<std::string> cells;
    for (const std::string& name : columns)
      cells.push_back(name == "study_uid"        ? study
                      : name == "predicted_dice" ? dice
                      : name == "flag"           ? flag
                                                 : "");
    return cells;
  };
  const auto part = [&](const char* name, const std::vector<std::vector<std::string>>& rows) {
    write_csv({columns, rows}, parts.folder.path() / name);
  };
  part("qcd.1-of-2.csv", {row("1", "0.6", "true"), row("2", "0.9", "false")});
  part("qcd.2-of-2.csv", {row("3", "0.5", "true")});
  parts.merge();
  part("expected.csv", {row("3", "0.5", "true"), row("1", "0.6", "true")});
  EXPECT_EQ(parts.read("flagged.csv"), parts.read("expected.csv"));
}

}  // namespace
}  // namespace cmrt1
