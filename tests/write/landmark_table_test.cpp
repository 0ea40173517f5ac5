#include "cmrt1/write/landmark_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "cmrt1/write/segment_table.h"
#include "support/landmark_record.h"

using namespace cmrt1;

namespace {

using Row = std::vector<std::string>;

std::string cell(const Row& row, const std::vector<std::string>& names, const std::string& column) {
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) throw std::out_of_range(column);
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

std::string cell(const Row& row, const std::string& column) { return cell(row, landmark_columns(), column); }
double number(const Row& row, const std::string& column) { return std::atof(cell(row, column).c_str()); }

const std::vector<Row>& rows() {
  static const auto all = landmark_rows(sample::landmark_record(), "1.2.3/1.2.3.20");
  return all;
}

const std::vector<Row>& segments() {
  static const auto all = segment_rows(sample::landmark_record());
  return all;
}

std::string of_segment(std::size_t row, const std::string& column) {
  return cell(segments().at(row), segment_columns(), column);
}

}  // namespace

TEST(LandmarkTable, HasACellForEveryColumnAndNoColumnTwice) {
  const auto names = landmark_columns();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  ASSERT_EQ(rows().size(), 4u);
  for (const Row& row : rows()) EXPECT_EQ(row.size(), names.size());
  for (const Row& row : segments()) EXPECT_EQ(row.size(), segment_columns().size());
}

TEST(LandmarkTable, GivesPointsInPixelsAndInThePatient) {
  const Row& row = rows()[0];
  EXPECT_EQ(cell(row, "lv_centre_x_px"), "24");
  EXPECT_EQ(cell(row, "rv_anterior_y_px"), "12");
  const Vector3 at = patient_from_pixel(sample::landmark_record().series.frames[0].geometry, 16, 12);
  EXPECT_NEAR(number(row, "rv_anterior_patient_x_mm"), at[0], 1e-3);
  EXPECT_NEAR(number(row, "rv_anterior_patient_y_mm"), at[1], 1e-3);
  EXPECT_NEAR(number(row, "rv_anterior_patient_z_mm"), at[2], 1e-3);
  EXPECT_EQ(cell(row, "rv_entry_angle_deg"), "-135");
  EXPECT_EQ(cell(row, "level"), "basal");
  EXPECT_EQ(cell(row, "level_source"), "position");
}

TEST(LandmarkTable, SaysWhatBecameOfEachImage) {
  EXPECT_EQ(cell(rows()[0], "status"), "ok");
  EXPECT_EQ(cell(rows()[0], "flag"), "false");
  EXPECT_EQ(cell(rows()[1], "status"), "flagged");
  EXPECT_EQ(cell(rows()[1], "reasons"), "low_confidence;turned_against_series");
  EXPECT_EQ(cell(rows()[2], "status"), "failed");
  EXPECT_EQ(cell(rows()[2], "reasons"), "truncated_pixel_data");
  EXPECT_EQ(cell(rows()[3], "reasons"), "no_heart_found");
  EXPECT_EQ(cell(rows()[0], "confirmed_by_series"), "false");
  EXPECT_EQ(cell(rows()[3], "confirmed_by_series"), "");
  for (const std::size_t i : {2u, 3u}) {
    EXPECT_EQ(cell(rows()[i], "flag"), "true");
    EXPECT_EQ(cell(rows()[i], "lv_centre_x_px"), "");
    EXPECT_EQ(cell(rows()[i], "level"), "");
  }
}

TEST(LandmarkTable, NamesOnlyFilesThatAreThere) {
  EXPECT_EQ(cell(rows()[0], "overlay"), "1.2.3/1.2.3.20/overlay_000.png");
  EXPECT_EQ(cell(rows()[2], "overlay"), "");
  EXPECT_EQ(cell(rows()[3], "overlay"), "1.2.3/1.2.3.20/overlay_003.png");
}

TEST(LandmarkTable, GivesAFileThatFailedItsRow) {
  const Row row = failed_landmark_row("a.dcm", {}, 0, "unreadable_file", "=evil");
  EXPECT_EQ(cell(row, "status"), "failed");
  EXPECT_EQ(cell(row, "message"), "'=evil");
}

TEST(SegmentTable, HasTheSegmentsOfEveryImageThatWasDivided) {
  ASSERT_EQ(segments().size(), 12u);
  EXPECT_EQ(of_segment(0, "segment"), "1");
  EXPECT_EQ(of_segment(0, "name"), "basal anterior");
  EXPECT_EQ(of_segment(11, "segment"), "12");
  EXPECT_EQ(of_segment(11, "flag"), "true");
  EXPECT_EQ(of_segment(1, "snomed_code"), "396482007");
  EXPECT_EQ(of_segment(1, "wall"), "circles");
}

TEST(SegmentTable, MeasuresTheValuesInTheWholeSegmentAndInItsHalves) {
  EXPECT_EQ(of_segment(0, "quantity"), "T1");
  EXPECT_EQ(of_segment(0, "unit"), "ms");
  const auto value = [](const char* column) { return std::atof(of_segment(0, column).c_str()); };
  EXPECT_NEAR(value("mean"), 1024, 8);
  EXPECT_EQ(value("subendocardial_pixels") + value("subepicardial_pixels"), value("pixels"));
  LandmarkRecord without = sample::landmark_record();
  for (auto& slice : without.segments)
    if (slice) slice->statistics.clear();
  EXPECT_EQ(cell(segment_rows(without)[0], segment_columns(), "mean"), "");
}

TEST(SegmentTable, GivesBoundariesInPixelsAndInThePatient) {
  const std::string px = of_segment(0, "boundary_px"), mm = of_segment(0, "boundary_patient_mm");
  EXPECT_EQ(std::count(px.begin(), px.end(), ';'), std::count(mm.begin(), mm.end(), ';'));
  EXPECT_GT(std::count(px.begin(), px.end(), ';'), 50);
}

TEST(SegmentMeans, WeighTheImagesByPixelsAndLeaveOutWhatIsUndefined) {
  LandmarkRecord record = sample::landmark_record();
  const auto means = segment_means(record);
  EXPECT_TRUE(std::isfinite(means[0]));
  EXPECT_TRUE(std::isnan(means[12]));  // no apical slice
  record.segments[3] = record.segments[0];
  for (SegmentStatistics& one : record.segments[3]->statistics) {
    one.whole.mean = 2000;
    one.whole.pixels *= 3;
  }
  EXPECT_NEAR(segment_means(record)[0], (means[0] + 3 * 2000) / 4, 1e-6);
}
