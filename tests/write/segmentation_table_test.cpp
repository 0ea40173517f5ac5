#include "cmrt1/write/segmentation_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "support/segmentation_record.h"

using namespace cmrt1;

namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

std::string cell(const Row& row, const std::string& column) {
  const auto names = segmentation_columns();
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) throw std::out_of_range(column);
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

Rows sample_rows() { return segmentation_rows(sample::segmentation_record(), "1.2.3/1.2.3.20"); }

const Row& failed() {
  static const Row row = sample_rows()[2];
  return row;
}

Row with_prediction(double dice) {
  SegmentationRecord record = sample::segmentation_record();
  record.slices[1]->predicted[kCandidates - 1].dice = dice;
  return segmentation_rows(record, "x")[1];
}

}  // namespace

TEST(SegmentationTable, HasACellForEveryColumnAndNoColumnTwice) {
  const auto columns = segmentation_columns();
  EXPECT_EQ(std::set(columns.begin(), columns.end()).size(), columns.size());
  for (const Row& row : sample_rows()) EXPECT_EQ(row.size(), columns.size());
  EXPECT_EQ(failed_segmentation_row("f", {}, 0, "r", "m").size(), columns.size());
}

TEST(SegmentationTable, TellsWhatWasFoundInAnImage) {
  const Row row = sample_rows()[0];
  EXPECT_EQ(cell(row, "input"), "/study/IM0");
  EXPECT_EQ(cell(row, "slice"), "0");
  EXPECT_EQ(cell(row, "study_uid"), "1.2.3");
  EXPECT_EQ(cell(row, "series_uid"), "1.2.3.20");
  EXPECT_EQ(cell(row, "sop_instance_uid"), "1.2.3.20.1");
  EXPECT_EQ(cell(row, "kind"), "t1_map");
  EXPECT_EQ(cell(row, "status"), "ok");
  EXPECT_EQ(cell(row, "flag"), "false");
  EXPECT_EQ(cell(row, "reasons"), "");
  EXPECT_EQ(cell(row, "winner"), "votes_6");
  EXPECT_EQ(cell(row, "predicted_dice"), "0.72");
  EXPECT_EQ(cell(row, "predicted_low"), "0.595");
  EXPECT_EQ(cell(row, "predicted_high"), "0.845");
  EXPECT_NEAR(std::stod(cell(row, "myocardium_mm2")), 3.14159 * (11.1 * 11.1 - 7.1 * 7.1) * 3, 60);
  EXPECT_EQ(cell(row, "centre_x_px"), "24");
  EXPECT_EQ(cell(row, "centre_y_px"), "20");
  EXPECT_EQ(cell(row, "folder"), "1.2.3/1.2.3.20");
  EXPECT_EQ(cell(row, "overlay"), "1.2.3/1.2.3.20/overlay_000.png");
  EXPECT_EQ(cell(row, "message"), "");
}

TEST(SegmentationTable, NumbersSlicesAsTheLabelMapDoes) {
  const Rows rows = sample_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(cell(rows[i], "slice"), std::to_string(i));
}

TEST(SegmentationTable, MeasuresT1WhereTheImageIsAMap) {
  SegmentationRecord record = sample::segmentation_record();
  for (std::size_t k = 0; k < kCandidates; ++k) record.slices[0]->candidates[k] = sample::ring();
  record.slices[0]->labels = sample::ring();
  const Row row = segmentation_rows(record, "x")[0];
  for (const char* mean : {"t1_mean_ms", "t1_median_ms", "t1_robust_mean_ms", "t1_core_mean_ms"})
    EXPECT_EQ(cell(row, mean), "1000.5") << mean;
  EXPECT_EQ(cell(row, "t1_sd_ms"), "0");
  EXPECT_EQ(std::stoi(cell(row, "t1_pixels")), (sample::ring() == kMyocardium).count());
  EXPECT_LT(std::stoi(cell(row, "t1_core_pixels")), std::stoi(cell(row, "t1_pixels")));
}

TEST(SegmentationTable, LeavesT1EmptyElsewhere) {
  SegmentationRecord record = sample::segmentation_record();
  record.series.kind = FrameKind::other;
  const Row row = segmentation_rows(record, "x")[0];
  for (const std::string& name : segmentation_columns()) {
    if (name.starts_with("t1_")) {
      EXPECT_EQ(cell(row, name), "") << name;
    }
  }
  EXPECT_EQ(cell(row, "kind"), "other");
}

TEST(SegmentationTable, TellsWhyAnImageIsFlagged) {
  const Row row = sample_rows()[1];
  EXPECT_EQ(cell(row, "status"), "flagged");
  EXPECT_EQ(cell(row, "flag"), "true");
  EXPECT_EQ(cell(row, "reasons"), "low_predicted_dice;open_ring");
  EXPECT_EQ(cell(row, "predicted_dice"), "0.25");
}

TEST(SegmentationTable, TellsWhyAnImageFailed) {
  EXPECT_EQ(cell(failed(), "status"), "failed");
  EXPECT_EQ(cell(failed(), "flag"), "true");
  EXPECT_EQ(cell(failed(), "reasons"), "truncated_pixel_data");
  EXPECT_EQ(cell(failed(), "message"), "\"IM2 ends early, =copy it\"");
  for (const char* empty : {"predicted_dice", "winner", "myocardium_mm2", "t1_mean_ms", "folder", "overlay"})
    EXPECT_EQ(cell(failed(), empty), "") << empty;
}

TEST(SegmentationTable, HasNoWinnerAndNoNumberThatIsNoneWithoutAHeart) {
  const Row row = sample_rows()[3];
  EXPECT_EQ(cell(row, "status"), "flagged");
  EXPECT_EQ(cell(row, "reasons"), "no_heart_found");
  EXPECT_EQ(cell(row, "predicted_dice"), "0");
  EXPECT_EQ(cell(row, "winner"), "");
  EXPECT_EQ(cell(row, "centre_x_px"), "");
  EXPECT_EQ(cell(row, "t1_mean_ms"), "");
  EXPECT_EQ(cell(row, "overlay"), "1.2.3/1.2.3.20/overlay_003.png");
}

TEST(SegmentationTable, TellsWhichFileCouldNotBeRead) {
  const Row row = failed_segmentation_row("=study.zip!IM1", {}, 0, "unreadable_header", "it ends early");
  EXPECT_EQ(cell(row, "input"), "'=study.zip!IM1");
  EXPECT_EQ(cell(row, "kind"), "");
  EXPECT_EQ(cell(row, "status"), "failed");
  EXPECT_EQ(cell(row, "reasons"), "unreadable_header");
  EXPECT_EQ(cell(row, "sop_instance_uid"), "");
}

TEST(FlaggedRows, HoldWhatMustBeLookedAtWorstFirst) {
  const Row ok = sample_rows()[0], none = sample_rows()[3];
  const Rows rows = {ok, with_prediction(0.6), none, with_prediction(0.3), failed(), ok};
  EXPECT_EQ(flagged_rows(rows), (Rows{failed(), none, with_prediction(0.3), with_prediction(0.6)}));
}

TEST(FlaggedRows, KeepTheOrderOfWhatIsAsBad) {
  Row first = with_prediction(0.3), second = first;
  first[0] = "a";
  second[0] = "b";
  EXPECT_EQ(flagged_rows({second, first}), (Rows{second, first}));
}

TEST(FlaggedRows, AreNoneWhereAllIsWell) { EXPECT_TRUE(flagged_rows({sample_rows()[0]}).empty()); }
