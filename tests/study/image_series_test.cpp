#include "cmrt1/study/image_series.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

using namespace cmrt1;

namespace {

constexpr const char* mr_image = "1.2.840.10008.5.1.4.1.1.4";

/// An image that is named by its instance number.
Frame image(int instance, double z_mm, int columns = 200) {
  Frame frame;
  frame.sop_class_uid = mr_image;
  frame.sop_instance_uid = "1.2.9." + std::to_string(instance);
  frame.instance_number = instance;
  frame.geometry.columns = columns;
  frame.geometry.rows = 160;
  frame.geometry.position_mm = {0, 0, z_mm};
  return frame;
}

OtherImages group(std::vector<Frame> frames, FrameKind kind = FrameKind::other,
                  const std::string& series = "1.2.3.10") {
  OtherImages made;
  made.series_uid = series;
  made.series_number = 10;
  made.description = "cine";
  made.kind = kind;
  made.kind_reason = "no inversion time (--ti gives it)";
  made.frames = std::move(frames);
  return made;
}

Study study(std::vector<OtherImages> others) {
  Study made;
  made.uid = "1.2.3";
  made.key = "1.2.3";
  made.others = std::move(others);
  return made;
}

std::vector<ImageSeries> series_of(std::vector<OtherImages> others) {
  return image_series(study(std::move(others)));
}

std::vector<int> instances(const ImageSeries& series) {
  std::vector<int> numbers;
  for (const Frame& frame : series.frames) numbers.push_back(frame.instance_number);
  return numbers;
}

}  // namespace

TEST(ImageSeries, KeepsWhatIsKnownOfTheSeries) {
  const auto found = series_of({group({image(1, 0)}, FrameKind::t1_map)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].study_uid, "1.2.3");
  EXPECT_EQ(found[0].study_key, "1.2.3");
  EXPECT_EQ(found[0].series_uid, "1.2.3.10");
  EXPECT_EQ(found[0].key, "1.2.3.10");
  EXPECT_EQ(found[0].description, "cine");
  EXPECT_EQ(found[0].series_number, 10);
  EXPECT_EQ(found[0].kind, FrameKind::t1_map);
}

TEST(ImageSeries, OrdersImagesByPositionThenInstance) {
  const auto found =
      series_of({group({image(4, 20), image(3, 10), image(2, 20), image(1, 10), image(5, -10)})});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(instances(found[0]), (std::vector{5, 1, 3, 2, 4}));
}

TEST(ImageSeries, OrdersImagesAlongTheirNormal) {
  std::vector<Frame> frames = {image(1, 0), image(2, 10)};
  for (Frame& frame : frames) frame.geometry.row_direction = {-1, 0, 0};  // the normal points down
  EXPECT_EQ(instances(series_of({group(frames)})[0]), (std::vector{2, 1}));
}

TEST(ImageSeries, OrdersTheFramesOfAMultiFrameInstance) {
  Frame first = image(1, 0), second = image(1, 0);
  second.frame_index = 1;
  const auto found = series_of({group({second, first})});
  EXPECT_EQ(found[0].frames[0].frame_index, 0);
  EXPECT_EQ(found[0].frames[1].frame_index, 1);
}

TEST(ImageSeries, DoesNotDependOnTheOrderOfFiles) {
  const std::vector<Frame> there = {image(1, 0), image(2, 0), image(3, 5)};
  const std::vector<Frame> back(there.rbegin(), there.rend());
  EXPECT_EQ(instances(series_of({group(there)})[0]), instances(series_of({group(back)})[0]));
}

TEST(ImageSeries, TakesImagesThatDifferByMicrometresForOneStack) {
  Frame near = image(2, 10);
  near.geometry.spacing_x_mm = 1.0001;
  near.geometry.row_direction = {0.99999, 0.001, 0};
  EXPECT_EQ(series_of({group({image(1, 0), near})}).size(), 1u);
}

TEST(ImageSeries, PartsWhatCannotBeStacked) {
  Frame coarse = image(2, 0), turned = image(3, 0);
  coarse.geometry.spacing_y_mm = 2;
  turned.geometry.row_direction = {0, 1, 0};
  turned.geometry.column_direction = {0, 0, -1};
  const auto found = series_of({group({image(1, 0), coarse, turned, image(4, 0, 256)})});
  EXPECT_EQ(found.size(), 4u);
  for (const ImageSeries& one : found) EXPECT_EQ(one.frames.size(), 1u);
}

TEST(ImageSeries, HasKeysThatAreUniqueWithinTheStudy) {
  const auto found = series_of({group({image(1, 0), image(2, 0, 256), image(3, 0, 128)}),
                                group({image(4, 0)}, FrameKind::other, "../../evil"),
                                group({image(5, 0)}, FrameKind::t1_map, "../../evil")});
  std::set<std::string> keys;
  for (const ImageSeries& one : found) {
    keys.insert(one.key);
    EXPECT_EQ(one.key.find_first_of("/."), one.series_uid == "1.2.3.10" ? 1u : std::string::npos) << one.key;
  }
  EXPECT_EQ(keys.size(), 5u);
  EXPECT_TRUE(keys.count("1.2.3.10") && keys.count("1.2.3.10_2") && keys.count("1.2.3.10_3"));
}

TEST(ImageSeries, PartsMapsFromImagesOfOneSeries) {
  EXPECT_EQ(series_of({group({image(1, 0)}), group({image(2, 0)}, FrameKind::t1_map)}).size(), 2u);
}

TEST(ImageSeries, JoinsImagesOfASeriesWhateverTheReasonOfTheirKind) {
  OtherImages derived = group({image(2, 0)});
  derived.kind_reason = "derived image without inversion time";
  EXPECT_EQ(series_of({group({image(1, 0)}), derived}).size(), 1u);
}

TEST(ImageSeries, LeavesOutPhaseFitMapsAndScouts) {
  OtherImages scout = group({image(3, 0)});
  scout.kind_reason = "scout";
  EXPECT_TRUE(series_of({group({image(1, 0)}, FrameKind::phase), group({image(2, 0)}, FrameKind::fit_map),
                         scout, group({image(4, 0)}, FrameKind::magnitude)})
                  .empty());
}

TEST(ImageSeries, LeavesOutTheImagesOfAT1MappingSeries) {
  Study one = study({});
  Series mapping;
  mapping.magnitude = {image(1, 0), image(2, 0)};
  one.series = {mapping};
  EXPECT_TRUE(image_series(one).empty());
}

TEST(ImageSeries, LeavesOutWhatHoldsNoPicture) {
  std::vector<Frame> frames;
  for (const char* uid : {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.1",
                          "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.481.3"}) {
    frames.push_back(image(static_cast<int>(frames.size()) + 2, 0));
    frames.back().sop_class_uid = uid;
  }
  frames.push_back(image(1, 0));
  const auto found = series_of({group(frames)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(instances(found[0]), std::vector{1});
}

TEST(ImageSeries, KeepsImagesWhoseHeaderSaysNothingOfTheirPlace) {
  Frame nowhere = image(1, 0), too = image(2, 0);
  for (Frame* frame : {&nowhere, &too}) {
    frame->geometry.spacing_x_mm = std::numeric_limits<double>::quiet_NaN();
    frame->geometry.position_mm.fill(std::numeric_limits<double>::quiet_NaN());
  }
  const auto found = series_of({group({too, nowhere})});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(instances(found[0]), (std::vector{1, 2}));
}
