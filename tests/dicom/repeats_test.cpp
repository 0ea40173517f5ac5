#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

SeriesSpec later_repeat() {
  SeriesSpec spec;
  spec.series_uid = "1.2.3.20";
  spec.series_number = 20;
  spec.start_time = 121500;
  return spec;
}

}  // namespace

TEST(ImageCount, SixImagesOfAShmolliSeriesFail) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  std::filesystem::remove(files[4]);
  EXPECT_EQ(only_series(folder.path()).reason, "shmolli_needs_7_images");
}

TEST(ImageCount, EightImagesInAShmolliSetFail) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.ti_ms.push_back(5100);
  write_series(folder.path(), spec);
  EXPECT_EQ(only_series(folder.path()).reason, "shmolli_needs_7_images");
}

TEST(ImageCount, EightImagesOfWhichTwoShareAnInversionTimeFailByCount) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.ti_ms.push_back(260);
  write_series(folder.path(), spec);
  EXPECT_EQ(only_series(folder.path()).reason, "shmolli_needs_7_images");
}

TEST(ImageCount, SequenceOptionMakesAMolliSeriesOfThem) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.ti_ms.push_back(5100);
  write_series(folder.path(), spec);
  ScanOptions options;
  options.sequence = Sequence::molli;
  const Series series = only_series(folder.path(), options);
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(series.sequence, Sequence::molli);
}

TEST(ImageCount, ThreeImagesNamedMolliAreTooFew) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "MOLLI";
  spec.ti_ms = {100, 1100, 2100};
  write_series(folder.path(), spec);
  EXPECT_EQ(only_series(folder.path()).reason, "too_few_images");
}

TEST(Sequence, IsShmolliByItsInversionTimesWithoutTheName) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "T1";
  write_series(folder.path(), spec);
  EXPECT_EQ(only_series(folder.path()).sequence, Sequence::shmolli);
}

TEST(Sequence, IsMolliForSevenOtherInversionTimes) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "T1";
  spec.ti_ms = {100, 180, 1100, 1180, 2100, 2180, 3100};
  write_series(folder.path(), spec);
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.sequence, Sequence::molli);
  EXPECT_EQ(series.reason, "");
}

TEST(Repeats, OfTwoSeriesTheNewestIsTakenWithAWarning) {
  const TemporaryFolder folder;
  write_series(folder.path());
  write_series(folder.path(), later_repeat());
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.series_uid, "1.2.3.20");
  EXPECT_TRUE(mentions(series.warnings, "1.2.3.12"));
}

TEST(Repeats, SeriesOptionPicksTheOther) {
  const TemporaryFolder folder;
  write_series(folder.path());
  write_series(folder.path(), later_repeat());
  ScanOptions options;
  options.series_uid = "1.2.3.12";
  const Series series = only_series(folder.path(), options);
  EXPECT_EQ(series.series_uid, "1.2.3.12");
  EXPECT_TRUE(series.warnings.empty());
}

TEST(Repeats, SeriesOptionThatNamesNothingIsNoInput) {
  const TemporaryFolder folder;
  write_series(folder.path());
  ScanOptions options;
  options.series_uid = "9.9.9";
  EXPECT_THROW(scan_one(folder.path(), options), NoInputError);
}

TEST(Repeats, ABrokenNewestLeavesTheOlderOne) {
  const TemporaryFolder folder;
  write_series(folder.path());
  std::filesystem::remove(write_series(folder.path(), later_repeat())[0]);
  const ScanResult result = scan_one(folder.path());
  ASSERT_EQ(result.studies[0].series.size(), 2u);
  EXPECT_EQ(result.studies[0].series[0].reason, "");
  EXPECT_EQ(result.studies[0].series[1].reason, "shmolli_needs_7_images");
}

TEST(Repeats, OfAnotherDescriptionOrSliceAreAllProcessed) {
  const TemporaryFolder folder;
  SeriesSpec stress = later_repeat();
  stress.description = "ShMOLLI_stress";
  SeriesSpec basal = later_repeat();
  basal.series_uid = "1.2.3.30";
  basal.series_number = 30;
  basal.position_mm = {-30, -20, 25};
  write_series(folder.path());
  write_series(folder.path(), stress);
  write_series(folder.path(), basal);
  EXPECT_EQ(scan_one(folder.path()).studies[0].series.size(), 3u);
}

TEST(Repeats, WithinOneSeriesAreSplitByAcquisitionNumber) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  for (const double ti : {105., 1090., 2110., 3095., 4120., 185., 265.}) spec.ti_ms.push_back(ti);
  write_series(folder.path(), spec, [](DcmDataset& dataset, int index) {
    set(dataset, DCM_AcquisitionNumber, index < 7 ? "1" : "2");
  });
  const Series newest = only_series(folder.path());
  EXPECT_EQ(newest.reason, "");
  EXPECT_EQ(newest.key, "1.2.3.12_repeat02");
  EXPECT_EQ(newest.magnitude.back().inversion_time_ms, 4120);
  ScanOptions options;
  options.series_uid = "1.2.3.12_repeat01";
  EXPECT_EQ(only_series(folder.path(), options).magnitude.back().inversion_time_ms, 4100);
}

TEST(Repeats, WithinOneSeriesAreSplitByTimeWhereInversionTimesRecur) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  const std::vector<double> once = spec.ti_ms;
  spec.ti_ms.insert(spec.ti_ms.end(), once.begin(), once.end());
  write_series(folder.path(), spec);
  const Series newest = only_series(folder.path());
  EXPECT_EQ(newest.reason, "");
  EXPECT_EQ(newest.magnitude.size(), 7u);
  EXPECT_EQ(newest.magnitude.front().instance_number, 8);
}

TEST(Slices, OfOneSeriesAreSeparated) {
  const TemporaryFolder folder;
  for (int slice = 0; slice < 3; ++slice) {
    SeriesSpec spec;
    spec.position_mm[2] = 30 - 10 * slice;
    write_series(folder.path() / std::to_string(slice), spec, [&](DcmDataset& dataset, int index) {
      set(dataset, DCM_SOPInstanceUID, "1.2.3.5." + std::to_string(10 * slice + index));
    });
  }
  const ScanResult result = scan_one(folder.path());
  ASSERT_EQ(result.studies[0].series.size(), 3u);
  const Series& first = result.studies[0].series[0];
  EXPECT_EQ(first.key, "1.2.3.12_slice01");
  EXPECT_EQ(first.slice_index, 0);
  EXPECT_DOUBLE_EQ(first.magnitude[0].geometry.position_mm[2], 10);
}
