#include "cmrt1/write/dt1_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "support/dt1_record.h"

using namespace cmrt1;

namespace {

using Row = std::vector<std::string>;

std::string cell(const Row& row, const std::string& column, const Row& names = dt1_columns()) {
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) throw std::out_of_range(column);
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

}  // namespace

TEST(Dt1Table, HasACellForEveryColumnAndNoColumnTwice) {
  const Dt1Record record = sample::dt1_record();
  for (const Row& names : {dt1_columns(), dt1_segment_columns()})
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const Row& row :
       {dt1_row(record, "a"), unpaired_dt1_row(record.rest.series, 0, MapRole::rest, "x"),
        failed_dt1_row("f", {}, 0, MapRole::stress, "x", "y"), failed_dt1_row(record, "x", "y")})
    EXPECT_EQ(row.size(), dt1_columns().size());
  for (const Row& row : dt1_segment_rows(record)) EXPECT_EQ(row.size(), dt1_segment_columns().size());
}

TEST(Dt1Table, GivesAPairItsFigures) {
  const Row row = dt1_row(sample::dt1_record(), "1.2.3/1.2.3.20_001");
  const std::vector<std::pair<const char*, const char*>> expected = {
      {"pair", "1.2.3.20_001"},
      {"status", "ok"},
      {"flag", "false"},
      {"reasons", ""},
      {"study_uid", "1.2.3"},
      {"rest_series_uid", "1.2.3.20"},
      {"rest_sop_instance_uid", "1.2.3.20.2"},
      {"rest_slice", "1"},
      {"stress_series_uid", "1.2.3.30"},
      {"stress_series_key", "1.2.3.30"},
      {"distance_mm", "-1.5"},
      {"same_frame_of_reference", "true"},
      {"trigger_difference_ms", "-120"},
      {"heart_source", "landmarks"},
      {"method", "network"},
      {"method_used", "network"},
      {"alignment_before", "1.125"},
      {"alignment_after", "1.54"},
      {"dice_before", "0.5"},
      {"dice_after", "0.875"},
      {"smallest_jacobian", "0.8"},
      {"median_displacement_mm", "2.25"},
      {"largest_displacement_mm", "6.5"},
      {"myocardium_source", "qcdseg"},
      {"dt1_undefined_pixels", "2"},
      {"dt1_error_percent", "1.5"},
      {"level", "mid"},
      {"folder", "1.2.3/1.2.3.20_001"},
      {"overlay", "1.2.3/1.2.3.20_001/overlay.png"}};
  for (const auto& [column, value] : expected) EXPECT_EQ(cell(row, column), value) << column;
  EXPECT_NEAR(std::atof(cell(row, "dt1_mean_percent").c_str()), 6, 1e-4);
}

TEST(Dt1Table, SaysWhyAPairIsFlagged) {
  const Row row = dt1_row(sample::flagged_dt1_record(), "a");
  EXPECT_EQ(cell(row, "status"), "flagged");
  EXPECT_EQ(cell(row, "flag"), "true");
  EXPECT_EQ(cell(row, "reasons"), "registration_not_delivered;poor_alignment");
  EXPECT_EQ(cell(row, "method_used"), "none");
}

TEST(Dt1Table, LeavesEmptyWhatIsNotKnown) {
  Dt1Record record = sample::dt1_record();
  record.muscle.reset();
  record.dice_before.reset();
  record.segments.reset();
  record.rest.frame_of_reference_uid = "";
  record.stress.trigger_time_ms = record.muscle_error_percent = std::numeric_limits<double>::quiet_NaN();
  const Row row = dt1_row(record, "a");
  for (const char* column : {"dt1_mean_percent", "dt1_pixels", "dt1_error_percent", "dice_before", "level",
                             "same_frame_of_reference", "trigger_difference_ms"})
    EXPECT_EQ(cell(row, column), "") << column;
  EXPECT_TRUE(dt1_segment_rows(record).empty());
}

TEST(Dt1Table, ListsAMapWithoutPartnerOnItsOwnSide) {
  const Dt1Record record = sample::dt1_record();
  const Row row = unpaired_dt1_row(record.stress.series, 1, MapRole::stress, "no_map_at_this_slice");
  EXPECT_EQ(cell(row, "status"), "unpaired");
  EXPECT_EQ(cell(row, "flag"), "true");
  EXPECT_EQ(cell(row, "reasons"), "no_map_at_this_slice");
  EXPECT_EQ(cell(row, "stress_sop_instance_uid"), "1.2.3.30.2");
  for (const char* column : {"rest_series_uid", "rest_slice", "pair", "distance_mm", "method", "folder"})
    EXPECT_EQ(cell(row, column), "") << column;
}

TEST(Dt1Table, GivesWhatFailedItsRow) {
  const Row file = failed_dt1_row("a.dcm", {}, 0, MapRole::rest, "unreadable_file", "=evil");
  EXPECT_EQ(cell(file, "status"), "failed");
  EXPECT_EQ(cell(file, "rest_input"), "a.dcm");
  EXPECT_EQ(cell(file, "rest_slice"), "");
  EXPECT_EQ(cell(file, "message"), "'=evil");
  const Row pair = failed_dt1_row(sample::dt1_record(), "map_undefined", "no values");
  EXPECT_EQ(cell(pair, "reasons"), "map_undefined");
  EXPECT_EQ(cell(pair, "pair"), "1.2.3.20_001");
  EXPECT_EQ(cell(pair, "stress_slice"), "1");
  EXPECT_EQ(cell(pair, "dt1_mean_percent"), "");
}

TEST(Dt1SegmentTable, MeasuresDt1InEverySegmentAndItsHalves) {
  const Dt1Record record = sample::dt1_record();
  const auto rows = dt1_segment_rows(record);
  ASSERT_EQ(rows.size(), 6u);
  const auto value = [&](const char* column) { return cell(rows[0], column, dt1_segment_columns()); };
  EXPECT_EQ(value("pair"), "1.2.3.20_001");
  EXPECT_EQ(value("segment"), "7");
  EXPECT_EQ(value("wall"), "mask");
  EXPECT_EQ(value("quantity"), "dT1");
  EXPECT_EQ(value("unit"), "%");
  const double mean = record.segments->statistics[0].whole.mean;
  ASSERT_GT(mean, 4);
  EXPECT_NEAR(std::atof(value("mean").c_str()), mean, 1e-4);
  EXPECT_EQ(
      std::atoi(value("subendocardial_pixels").c_str()) + std::atoi(value("subepicardial_pixels").c_str()),
      std::atoi(value("pixels").c_str()));
}
