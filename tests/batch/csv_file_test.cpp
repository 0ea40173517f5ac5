#include "cmrt1/batch/csv_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cmrt1/base/error.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

std::vector<CsvRow> rows_of(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "t.csv", std::ios::binary) << text;
  return read_csv(folder.path() / "t.csv");
}

TEST(CsvFile, GivesCellsByTheNameOfTheirColumn) {
  const auto rows = rows_of("rest,Stress\na.nii,b.nii\n\nc.nii,\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("rest"), "a.nii");
  EXPECT_EQ(rows[0].at("stress"), "b.nii");
  EXPECT_EQ(rows[1].at("stress"), "");
  EXPECT_EQ(rows[1].at("mask"), "");
  EXPECT_EQ(rows[1].line, 4);
}

TEST(CsvFile, ReadsWhatSpreadsheetsWrite) {
  const auto rows = rows_of("\xEF\xBB\xBFrest;stress\r\n\"a;\"\"1\"\"\";b\r\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("rest"), "a;\"1\"");
  EXPECT_EQ(rows[0].at("stress"), "b");
}

TEST(CsvFile, RefusesTablesThatAreNone) {
  EXPECT_THROW(rows_of("rest,stress\na,b,c\n"), UsageError);
  EXPECT_THROW(rows_of("rest\n\"a\n"), UsageError);
  EXPECT_THROW(read_csv("/nowhere/t.csv"), UsageError);
}

TEST(CsvFile, GivesRowByRowTheCellsThatAreAskedFor) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "t.csv";
  std::ofstream(file, std::ios::binary) << "a,b,c\r\n1,\"2\n,2\",3\r\n\r\n4,5\r\n";
  std::vector<CsvRow> rows;
  for_each_csv_row(file, {"b", "elsewhere"}, {"a"}, [&](const CsvRow& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].cells, (std::map<std::string, std::string>{{"a", "1"}, {"b", "2\n,2"}}));
  EXPECT_EQ(rows[1].at("b"), "5");
  EXPECT_EQ(rows[1].line, 5);
  EXPECT_THROW(for_each_csv_row(file, {}, {"d"}, [](const CsvRow&) {}), UsageError);
}

}  // namespace
}  // namespace cmrt1
