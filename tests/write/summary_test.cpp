#include "cmrt1/write/summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/record.h"

using namespace cmrt1;

namespace {

std::string cell(const std::vector<std::string>& row, const std::string& column) {
  const auto names = summary_columns();
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) throw std::out_of_range(column);
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

}  // namespace

TEST(Summary, HasACellForEveryColumn) {
  EXPECT_EQ(summary_row(sample::record(), "out").size(), summary_columns().size());
  EXPECT_EQ(failed_row("1", "2", "k", "r", "m").size(), summary_columns().size());
}

TEST(Summary, TellsWhatHappenedToASeries) {
  const auto row = summary_row(sample::record(), "out/1.2.3/1.2.3.10");
  EXPECT_EQ(cell(row, "study_uid"), "1.2.3");
  EXPECT_EQ(cell(row, "series_uid"), "1.2.3.10");
  EXPECT_EQ(cell(row, "status"), "ok");
  EXPECT_EQ(cell(row, "slice_number"), "1");
  EXPECT_EQ(cell(row, "images"), "7");
  EXPECT_EQ(cell(row, "phase"), "yes");
  EXPECT_EQ(cell(row, "corrected"), "yes");
  EXPECT_EQ(cell(row, "r2_median_before"), "0.93");
  EXPECT_EQ(cell(row, "r2_median_after"), "0.985");
  EXPECT_EQ(cell(row, "t1_median_heart_ms"), "1000.5");
  EXPECT_EQ(cell(row, "displacement_max_mm"), "6");
  EXPECT_EQ(cell(row, "flag"), "");
  EXPECT_EQ(cell(row, "method"), "auto");
  EXPECT_EQ(cell(row, "method_used"), "network+model");
  EXPECT_EQ(cell(row, "r2_gain"), "0.055");
  EXPECT_EQ(cell(row, "motion_before_mm"), "2.5");
  EXPECT_EQ(cell(row, "motion_after_mm"), "0.25");
  EXPECT_EQ(cell(row, "agreement_mm"), "0.5");
  EXPECT_EQ(cell(row, "folder"), "out/1.2.3/1.2.3.10");
}

TEST(Summary, TellsWhyASeriesIsFlagged) {
  SeriesRecord record = sample::record();
  record.result.confidence.agreement_mm = 5;
  record.result.min_jacobian = 0.06;
  const auto row = summary_row(record, "out");
  EXPECT_EQ(cell(row, "status"), "flagged");
  EXPECT_EQ(cell(row, "flag"), "network_and_model_disagree;nearly_folding");
  EXPECT_EQ(cell(row, "reason"), "");
}

TEST(Summary, LeavesUndefinedFiguresEmpty) {
  SeriesRecord record = sample::record();
  record.result.before.r2_median = std::nan("");
  record.result.heart_region = 0;
  const auto row = summary_row(record, "out");
  EXPECT_EQ(cell(row, "r2_median_before"), "");
  EXPECT_EQ(cell(row, "t1_median_heart_ms"), "");
  EXPECT_EQ(cell(row, "fitted_heart_percent"), "");
  EXPECT_EQ(cell(row, "status"), "flagged");
}

TEST(Summary, TellsWhyASeriesFailed) {
  const auto row = failed_row("1.2", "1.2.3", "key", "inversion_time_missing", "=give --ti, or drop it");
  EXPECT_EQ(cell(row, "status"), "failed");
  EXPECT_EQ(cell(row, "reason"), "inversion_time_missing");
  EXPECT_EQ(cell(row, "message"), "\"'=give --ti, or drop it\"");
  EXPECT_EQ(cell(row, "r2_median_after"), "");
  EXPECT_EQ(cell(row, "corrected"), "");
}

TEST(Summary, JoinsWarnings) {
  SeriesRecord record = sample::record();
  record.series.warnings = {"lossy source", "newest repeat taken"};
  EXPECT_EQ(cell(summary_row(record, "out"), "warnings"), "lossy source; newest repeat taken");
}

TEST(Summary, NamesEveryPlaceTheInversionTimesCameFromOnce) {
  SeriesRecord record = sample::record();
  for (Frame& frame : record.series.magnitude)
    frame.inversion_time_source = InversionTimeSource::inversion_time;
  record.series.magnitude.back().inversion_time_source = InversionTimeSource::image_comments;
  EXPECT_EQ(cell(summary_row(record, "out"), "inversion_time_source"), "inversion_time; image_comments");
}
