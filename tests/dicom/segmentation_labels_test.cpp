#include "cmrt1/dicom/segmentation_labels.h"

#include <gtest/gtest.h>

#include "support/segmentation_file.h"

using namespace cmrt1;

namespace {

Geometry plane(double z_mm) {
  Geometry geometry;
  geometry.rows = 5;
  geometry.columns = 7;
  geometry.position_mm = {0, 0, z_mm};
  return geometry;
}

Frame image(const std::string& uid, double z_mm) {
  Frame made;
  made.sop_instance_uid = uid;
  made.geometry = plane(z_mm);
  return made;
}

/// The whole plane but for the first `without` rows.
Mask below(int without) {
  Mask mask = Mask::Ones(5, 7);
  mask.topRows(without) = 0;
  return mask;
}

SegmentationFrame frame(int segment, double z_mm, const Mask& mask, const std::string& source = "") {
  return {segment, plane(z_mm), mask, source, 0};
}

/// Myocardium on all but one row and blood on all but three, drawn on the images "a" (0 mm) and "b" (10 mm);
/// "c" was looked at as well.
LoadedSegmentation ventricle() {
  LoadedSegmentation made;
  made.labels = {{1, "LV myocardium"}, {2, "LV blood pool"}};
  made.properties = {{1, "49848007"}, {2, "87878005"}};
  made.frames = {frame(1, 0, below(1), "a"), frame(2, 0, below(0), "a"), frame(1, 10, below(4), "b")};
  made.source_instances = {"a", "b", "c"};
  return made;
}

/// Which label a whole-plane segment with this code and label becomes; 0 where it is neither.
int label_with(const std::string& code, const std::string& label, int number = 7) {
  LoadedSegmentation made;
  made.labels = {{number, label}};
  if (!code.empty()) made.properties = {{number, code}};
  made.frames = {frame(number, 0, below(0))};
  const auto labels = labels_for(made, image("a", 0));
  return labels ? (*labels)(2, 2) : 0;
}

}  // namespace

TEST(SegmentationLabels, GivesMyocardiumBeforeBlood) {
  const auto labels = labels_for(ventricle(), image("a", 0));
  ASSERT_TRUE(labels);
  EXPECT_TRUE((labels->topRows(1) == 2).all());
  EXPECT_TRUE((labels->bottomRows(4) == 1).all());
}

TEST(SegmentationLabels, GivesAnImageItsOwnFrames) {
  const auto labels = labels_for(ventricle(), image("b", 10));
  ASSERT_TRUE(labels);
  EXPECT_TRUE((labels->topRows(4) == 0).all());
  EXPECT_TRUE((labels->bottomRows(1) == 1).all());
}

TEST(SegmentationLabels, HasNothingForAnImageThatWasLeftWithout) {
  EXPECT_FALSE(labels_for(ventricle(), image("c", 0))) << "although another image of its place has some";
  EXPECT_FALSE(labels_for(ventricle(), image("other", 20)));
}

TEST(SegmentationLabels, HasNothingWhereNoPixelIsDrawn) {
  LoadedSegmentation empty = ventricle();
  for (auto& one : empty.frames) one.mask.setZero();
  EXPECT_FALSE(labels_for(empty, image("a", 0)));
}

TEST(SegmentationLabels, FindsAnImageThatTheFileDoesNotNameByItsPlace) {
  EXPECT_TRUE(labels_for(ventricle(), image("map of b", 10.05)));
  EXPECT_FALSE(labels_for(ventricle(), image("map of b", 10.5)));
  EXPECT_TRUE(labels_for(ventricle(), image("", 10))) << "a NIfTI file's";
}

TEST(SegmentationLabels, TakesNoFrameOnAnotherGridThanItsImages) {
  EXPECT_FALSE(labels_for(ventricle(), image("a", 3)));
  Frame finer = image("a", 0);
  finer.geometry.rows = 10;
  EXPECT_FALSE(labels_for(ventricle(), finer));
}

TEST(SegmentationLabels, TakesFramesThatNameNoImageByTheirPlace) {
  LoadedSegmentation unnamed = ventricle();
  for (auto& one : unnamed.frames) one.source_sop_instance_uid.clear();
  EXPECT_TRUE(labels_for(unnamed, image("b", 10)));
  EXPECT_FALSE(labels_for(unnamed, image("c", 20)));
}

TEST(SegmentationLabels, DoesNotGuessWhichOfTwoImagesOfAPlaceIsMeant) {
  LoadedSegmentation phases = ventricle();
  phases.frames[1].source_sop_instance_uid = "b";
  phases.frames.pop_back();
  EXPECT_FALSE(labels_for(phases, image("other", 0)));
  EXPECT_TRUE(labels_for(phases, image("b", 0))) << "that one is named";
  for (auto& one : phases.frames) one.segment = 1, one.source_sop_instance_uid.clear();
  EXPECT_FALSE(labels_for(phases, image("b", 0)));
}

TEST(SegmentationLabels, TellsTheFramesOfAMultiFrameImageApart) {
  LoadedSegmentation made = ventricle();
  for (auto& one : made.frames) one.source_sop_instance_uid = "a", one.geometry = plane(0);
  made.frames[0].source_frame = made.frames[1].source_frame = 1;
  made.frames[2].source_frame = 2;
  Frame second = image("a", 0), third = image("a", 0);
  second.frame_index = 1;
  third.frame_index = 2;
  EXPECT_EQ(labels_for(made, image("a", 0)).value()(1, 0), 1);
  EXPECT_EQ(labels_for(made, second).value()(1, 0), 0);
  EXPECT_FALSE(labels_for(made, third));
}

TEST(SegmentationLabels, KnowsSegmentsByTheirCodes) {
  EXPECT_EQ(label_with("49848007", "A"), 1);
  EXPECT_EQ(label_with("87878005", "A"), 2);
  EXPECT_EQ(label_with("T-32600", "A"), 2);
  EXPECT_EQ(label_with("53085002", "A"), 0) << "right ventricle";
  EXPECT_EQ(label_with("10200004", "liver", 1), 0) << "whatever its number";
}

TEST(SegmentationLabels, KnowsSegmentsByTheirLabels) {
  EXPECT_EQ(label_with("", "Myocardium"), 1);
  EXPECT_EQ(label_with("85756007", "LV myo"), 1) << "coded as any tissue";
  EXPECT_EQ(label_with("87878005", "LV myocardium"), 1) << "of the left ventricle";
  EXPECT_EQ(label_with("", "LV cavity"), 2);
  for (const char* other :
       {"RV myocardium", "Right ventricular cavity", "Left atrial cavity", "Myocardial scar"})
    EXPECT_EQ(label_with("", other, 1), 0) << other;
}

TEST(SegmentationLabels, KnowsSegmentsThatSayNothingByTheirNumbers) {
  EXPECT_EQ(label_with("", "A", 1), 1);
  EXPECT_EQ(label_with("", "A", 2), 2);
  EXPECT_EQ(label_with("", "A", 3), 0);
}
