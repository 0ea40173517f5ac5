#include "cmrt1/batch/table_order.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cmrt1 {
namespace {

TEST(TableOrder, ComparesRunsOfDigitsAsNumbers) {
  EXPECT_TRUE(comes_before("1.2.9", "1.2.10"));
  EXPECT_TRUE(comes_before("slice2", "slice10"));
  EXPECT_TRUE(comes_before("", "0"));
  EXPECT_TRUE(comes_before("a", "ab"));
  EXPECT_TRUE(comes_before("99999999999999999999998", "99999999999999999999999"));
  EXPECT_FALSE(comes_before("1.2", "1.2"));
}

TEST(TableOrder, OfNumbersThatDifferInLeadingZerosIsStillFixed) {
  EXPECT_NE(comes_before("01", "1"), comes_before("1", "01"));
}

TEST(TableOrder, IsByStudyThenSeriesThenSlice) {
  const std::vector<std::string> columns = {"input", "slice", "study_uid", "series_uid"};
  const Rows sorted = {{"bad.dcm", "", "", ""},
                       {"z", "9", "1.2", "1.2.1"},
                       {"b", "10", "1.2", "1.2.1"},
                       {"a", "0", "1.10", "1"}};
  Rows rows = sorted;
  do EXPECT_EQ(in_order(columns, rows), sorted);
  while (std::next_permutation(rows.begin(), rows.end()));
}

TEST(TableOrder, KeepsTheSlicesOfASeriesInOrderWhereOneFailed) {
  const std::vector<std::string> columns = {"input", "slice", "study_uid", "series_uid", "folder"};
  const Rows sorted = {{"c", "0", "1", "2", "x"}, {"b", "1", "1", "2", ""}, {"a", "2", "1", "2", "x"}};
  EXPECT_EQ(in_order(columns, {sorted[1], sorted[2], sorted[0]}), sorted);
}

TEST(TableOrder, OfFilesWithoutStudyIsByTheirNames) {
  const std::vector<std::string> columns = {"input", "slice", "study_uid", "segment"};
  const Rows sorted = {{"a.nii", "0", "", "1"}, {"a.nii", "1", "", "1"}, {"b.nii", "0", "", "1"}};
  EXPECT_EQ(in_order(columns, {sorted[2], sorted[1], sorted[0]}), sorted);
}

TEST(TableOrder, OfRowsWithoutKnownColumnsIsByAllCells) {
  EXPECT_EQ(in_order({"x", "y"}, {{"2", "1"}, {"1", "2"}, {"1", "1"}}),
            (Rows{{"1", "1"}, {"1", "2"}, {"2", "1"}}));
}

}  // namespace
}  // namespace cmrt1
