#include "cmrt1/study/describe.h"

#include <gtest/gtest.h>

using namespace cmrt1;

namespace {

ScanResult one_series() {
  Frame frame;
  frame.inversion_time_source = InversionTimeSource::image_comments;
  frame.kind_reason = "inversion time, magnitude";
  frame.geometry.columns = 384;
  frame.geometry.rows = 288;
  Series series;
  series.key = "1.2.3.12";
  series.description = "ShMOLLI\n192i";
  series.sequence = Sequence::shmolli;
  for (const double ti : {100., 180.5, 4100.}) {
    frame.inversion_time_ms = ti;
    series.magnitude.push_back(frame);
  }
  series.warnings = {"compressed with loss"};
  Study study;
  study.key = "1.2.3";
  study.series = {series};
  ScanResult result;
  result.studies = {study};
  return result;
}

bool says(const ScanResult& result, const std::string& part) {
  return describe(result).find(part) != std::string::npos;
}

}  // namespace

TEST(Describe, NamesSeriesTimesAndTheirSource) {
  const ScanResult result = one_series();
  EXPECT_TRUE(says(result, "study 1.2.3\n"));
  EXPECT_TRUE(says(result, "series 1.2.3.12  shmolli"));
  EXPECT_TRUE(says(result, "3 images without phase, slice 1 at 0 mm, 384 x 288 pixels"));
  EXPECT_TRUE(says(result, "inversion times 100 180.5 4100 ms (from image_comments)"));
  EXPECT_TRUE(says(result, "warning: compressed with loss"));
}

TEST(Describe, SaysWhyASeriesCannotBeProcessed) {
  ScanResult result = one_series();
  result.studies[0].series[0].reason = "shmolli_needs_7_images";
  result.studies[0].series[0].message = "it has 3";
  EXPECT_TRUE(says(result, "cannot be processed: shmolli_needs_7_images: it has 3"));
}

TEST(Describe, ListsASeriesWithoutMagnitudeImages) {
  ScanResult result = one_series();
  result.studies[0].series[0].magnitude.clear();
  result.studies[0].series[0].reason = "magnitude_missing";
  EXPECT_TRUE(says(result, "magnitude_missing"));
}

TEST(Describe, ListsOtherImagesWithTheirKind) {
  ScanResult result = one_series();
  OtherImages map;
  map.kind = FrameKind::t1_map;
  map.kind_reason = "Series Description ends in _T1MAP";
  map.series_number = 14;
  map.description = "x_T1MAP";
  map.frames.resize(2);
  result.studies[0].others = {map};
  EXPECT_TRUE(says(result, "2 images of series 14 \"x_T1MAP\": t1_map (Series Description ends in _T1MAP)"));
}

TEST(Describe, CountsFilesPassedOverAndNamesThoseThatFail) {
  ScanResult result = one_series();
  result.skipped = {{{"a.txt", ""}, "not_dicom", "not a DICOM file", false},
                    {{"b.txt", ""}, "not_dicom", "not a DICOM file", false},
                    {{"s.zip", "x.dcm"}, "unreadable_header", "the file ends early", true}};
  EXPECT_TRUE(says(result, "not_dicom: 2"));
  EXPECT_TRUE(says(result, "failed: s.zip!x.dcm: the file ends early"));
}

TEST(Describe, SaysThatNothingWasFound) { EXPECT_TRUE(says({}, "no T1-mapping series found")); }

TEST(Describe, KeepsControlCharactersFromTheTerminal) { EXPECT_TRUE(says(one_series(), "\"ShMOLLI?192i\"")); }

TEST(Names, OfKindsSourcesAndSequencesAreStable) {
  EXPECT_STREQ(to_string(FrameKind::t1_map), "t1_map");
  EXPECT_STREQ(to_string(InversionTimeSource::private_siemens_xa), "private_siemens_xa");
  EXPECT_STREQ(to_string(Sequence::molli), "molli");
}
