// What `write` writes as a DICOM Segmentation, `dicom` reads back: neither may include the other.

#include <gtest/gtest.h>

#include <fstream>

#include "cmrt1/dicom/segmentation_labels.h"
#include "support/labelled_series.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

LoadedSegmentation written_and_read(const LabelledSeries& series) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "segmentation.dcm";
  std::ofstream(file, std::ios::binary) << segmentation_dicom(series);
  return load_segmentation(file);
}

}  // namespace

TEST(SegmentationRoundTrip, GivesBackTheLabelsOfEveryImage) {
  const LabelledSeries series = sample::labelled_series();
  const LoadedSegmentation read = written_and_read(series);
  EXPECT_EQ(read.frames.size(), 6u);
  for (const auto& [source, labels] : series.images) {
    const auto found = labels_for(read, source);
    ASSERT_TRUE(found) << source.sop_instance_uid;
    EXPECT_TRUE((*found == labels).all()) << source.sop_instance_uid;
  }
}

TEST(SegmentationRoundTrip, GivesBackTheLabelsOfAMapOnTheSameGrid) {
  const LabelledSeries series = sample::labelled_series();
  Frame map = series.images[1].source;
  map.sop_instance_uid = "1.2.3.77";
  const auto found = labels_for(written_and_read(series), map);
  ASSERT_TRUE(found);
  EXPECT_TRUE((*found == series.images[1].labels).all());
}

TEST(SegmentationRoundTrip, GivesBackTheLabelsOfMultiFrameImages) {
  const auto dataset = sample::scanner_dataset();
  dataset->putAndInsertString(DCM_NumberOfFrames, "3");
  LabelledSeries series = sample::labelled_series();
  series.header = std::make_shared<const std::string>(sample::part10(*dataset));
  for (int i = 0; i < 3; ++i) {
    Frame& source = series.images[static_cast<std::size_t>(i)].source;
    source.sop_instance_uid = "1.2.3.10.1";
    source.frame_index = i;
    source.geometry.position_mm = {1, 2, 3};
  }
  const LoadedSegmentation read = written_and_read(series);
  for (const auto& [source, labels] : series.images)
    EXPECT_TRUE((labels_for(read, source).value() == labels).all()) << source.frame_index;
}

TEST(SegmentationRoundTrip, HasNothingForAnImageInWhichNothingWasFound) {
  LabelledSeries series = sample::labelled_series();
  series.images[1].labels.setZero();
  series.images[1].source.geometry = series.images[0].source.geometry;
  EXPECT_FALSE(labels_for(written_and_read(series), series.images[1].source));
  for (auto& image : series.images) image.labels.setZero();
  EXPECT_FALSE(labels_for(written_and_read(series), series.images[0].source));
}
