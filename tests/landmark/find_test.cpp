#include "cmrt1/landmark/find.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"
#include "landmark/drawn_marks.h"

namespace cmrt1 {
namespace {

using testing::drawn;
using testing::drawn_slice;
using testing::DrawnMarks;

const testing::MarkNetworks& networks() {
  static const testing::MarkNetworks marks;
  return marks;
}

SeriesLandmarks found(const std::vector<Image>& images, const LandmarkOptions& options = {}) {
  std::vector<const Image*> pointers;
  for (const Image& image : images) pointers.push_back(&image);
  return find_landmarks(pointers, networks().all(), options);
}

SliceLandmarks alone(const DrawnMarks& heart, const LandmarkOptions& options = {}) {
  return found({drawn(heart)}, options).slices.at(0);
}

bool has(const SliceLandmarks& slice, const std::string& reason) {
  return std::find(slice.reasons.begin(), slice.reasons.end(), reason) != slice.reasons.end();
}

double difference(double a_deg, double b_deg) { return std::abs(std::remainder(a_deg - b_deg, 360)); }

Point px(const Point& mm, const Geometry& geometry) {
  return {mm[0] / geometry.spacing_x_mm, mm[1] / geometry.spacing_y_mm};
}

void expect_near(const Point& found_px, const Point& mm, const Geometry& geometry, double tolerance) {
  EXPECT_NEAR(found_px[0], px(mm, geometry)[0], tolerance);
  EXPECT_NEAR(found_px[1], px(mm, geometry)[1], tolerance);
}

TEST(FindLandmarks, FindsAllThreeWhateverTheSpacing) {
  const DrawnMarks heart;
  for (const auto& [x, y] : {std::pair{1.5, 1.5}, {1.0, 2.0}, {2.1, 1.2}}) {
    const Geometry geometry = drawn_slice(x, y);
    const SliceLandmarks slice = found({drawn(heart, geometry)}).slices.at(0);
    ASSERT_TRUE(slice.found);
    EXPECT_FALSE(slice.flagged()) << slice.reasons.front();
    expect_near(slice.lv_centre, heart.centre_mm, geometry, 0.6);
    expect_near(slice.rv_anterior, heart.insertion(heart.anterior_deg), geometry, 0.6);
    expect_near(slice.rv_inferior, heart.insertion(heart.inferior_deg), geometry, 0.6);
    EXPECT_NEAR(slice.rv_entry_angle_deg, heart.anterior_deg, 2);
    EXPECT_NEAR(slice.outer_radius_mm, heart.outer_mm, 2.5);
  }
}

TEST(FindLandmarks, LooksTwiceUnlessToldNotTo) {
  const SliceLandmarks once = alone({}, {.stages = 1}), twice = alone({});
  EXPECT_EQ(once.stages_apart_mm, 0);
  EXPECT_EQ(once.spread_mm, 0);
  EXPECT_GT(twice.stages_apart_mm, 0);
  const DrawnMarks heart;
  expect_near(once.lv_centre, heart.centre_mm, drawn_slice(), 1.2);
}

TEST(FindLandmarks, FindsThemHoweverTheHeartIsTurned) {
  for (double turn = 0; turn < 360; turn += 60) {
    DrawnMarks heart;
    heart.anterior_deg += turn;
    heart.inferior_deg += turn;
    const SliceLandmarks slice = alone(heart);
    expect_near(slice.rv_anterior, heart.insertion(heart.anterior_deg), drawn_slice(), 0.6);
  }
}

TEST(FindLandmarks, TakesTheOneOfTwoRingsThatHasLandmarks) {
  const DrawnMarks heart{.centre_mm = {190, 150}};
  const DrawnMarks stomach{.centre_mm = {80, 110}, .inner_mm = 22, .outer_mm = 32, .insertions = false};
  Image image = drawn(heart);
  const Image other = drawn(stomach);
  image.pixels = (other.pixels > 200).select(other.pixels.min(1800), image.pixels);
  const auto series = found({image});
  ASSERT_TRUE(series.slices[0].found);
  expect_near(series.slices[0].lv_centre, heart.centre_mm, drawn_slice(), 0.8);
}

TEST(FindLandmarks, FindsTheHeartBesideThreeRingsThatAreLarger) {
  const DrawnMarks heart{
      .centre_mm = {32, 116}, .inner_mm = 9, .outer_mm = 15, .centre_disc_mm = 3, .insertion_mm = 15};
  Image image = drawn(heart);
  for (const Point& centre : {Point{30, 62}, Point{240, 60}, Point{240, 230}}) {
    const Image other = drawn(
        {.centre_mm = centre, .inner_mm = 10, .outer_mm = 18, .centre_disc_mm = 0, .insertions = false});
    image.pixels = (other.pixels > 200).select(other.pixels, image.pixels);
  }
  const auto series = found({image});
  ASSERT_TRUE(series.slices[0].found);
  expect_near(series.slices[0].lv_centre, heart.centre_mm, drawn_slice(), 0.8);
  EXPECT_NEAR(series.heart->lv_diameter_mm, 30, 3);
}

TEST(FindLandmarks, IsLessSureWhereNoInsertionIsSeen) {
  DrawnMarks heart;
  heart.insertions = false;
  const SliceLandmarks slice = alone(heart);
  EXPECT_TRUE(has(slice, "low_confidence"));
  EXPECT_LT(slice.confidence, 0.2);
  EXPECT_GT(alone({}).confidence, 0.7);
}

TEST(FindLandmarks, FlagsByTheLeastConfidence) {
  EXPECT_TRUE(has(alone({}, {.least_confidence = 1}), "low_confidence"));
  EXPECT_FALSE(has(alone({}, {.least_confidence = 0}), "low_confidence"));
}

TEST(FindLandmarks, FlagsWhatCannotBeALeftVentricle) {
  EXPECT_TRUE(has(alone({.stretch = 2}), "not_short_axis"));
  EXPECT_FALSE(has(alone({.stretch = 1.2}), "not_short_axis"));
  EXPECT_TRUE(has(alone({.inner_mm = 5, .outer_mm = 8}), "implausible_radius"));
  EXPECT_TRUE(has(alone({.insertion_mm = 60}), "implausible_radius"));
}

TEST(FindLandmarks, FlagsWhereTheHeaderOutvotesWhatIsSeen) {
  DrawnMarks heart;  // its insertion opposite to where the header lets it be
  heart.anterior_deg += 180;
  EXPECT_FALSE(has(alone({}), "orientation_contradicts_rv"));
  Image image = drawn(heart);
  const Point faint =
      DrawnMarks().insertion(DrawnMarks().anterior_deg);  // and something like one where it does
  for (int row = 0; row < image.geometry.rows; ++row)
    for (int column = 0; column < image.geometry.columns; ++column)
      if (std::hypot(1.5 * column - faint[0], 1.5 * row - faint[1]) < 2.5) image.pixels(row, column) = 3200;
  const SliceLandmarks slice = found({image}).slices.at(0);
  EXPECT_TRUE(has(slice, "orientation_contradicts_rv"));
}

TEST(FindLandmarks, FlagsLandmarksThatCoincide) {
  EXPECT_TRUE(has(alone({.centre_disc_mm = 2.5, .insertion_mm = 0}), "landmarks_coincide"));
  EXPECT_FALSE(has(alone({}), "landmarks_coincide"));
}

TEST(FindLandmarks, FlagsLandmarksOutsideTheImage) {
  EXPECT_TRUE(has(alone({.centre_mm = {30, 30}, .insertions = false}), "outside_image"));
  EXPECT_FALSE(has(alone({}), "outside_image"));
}

TEST(FindLandmarks, FlagsAnImageThatIsTurnedAgainstItsSeries) {
  const DrawnMarks usual;
  DrawnMarks turned;
  turned.anterior_deg += 60;
  const auto slices = found({drawn(usual), drawn(turned), drawn(usual)}).slices;
  EXPECT_FALSE(has(slices[0], "turned_against_series"));
  EXPECT_TRUE(has(slices[1], "turned_against_series"));
  EXPECT_FALSE(slices[1].by_series);
  EXPECT_FALSE(has(slices[2], "turned_against_series"));
  const auto tolerant = found({drawn(usual), drawn(turned), drawn(usual)}, {.most_turned_deg = 90}).slices;
  EXPECT_FALSE(has(tolerant[1], "turned_against_series"));
}

/// A slice of which the header does not tell where the insertion is to be expected.
Geometry axial_slice() {
  Geometry geometry = drawn_slice();
  geometry.row_direction = {1, 0, 0};
  geometry.column_direction = {0, 1, 0};
  return geometry;
}

/// A heart whose insertion is turned by 90 degrees, with a slightly smaller mark turned by `other_deg`.
Image with_two_insertions(double other_deg = 0, double stretch = 1) {
  DrawnMarks turned{.stretch = stretch};
  turned.anterior_deg += 90;
  Image image = drawn(turned, axial_slice());
  const Point other = DrawnMarks().insertion(DrawnMarks().anterior_deg + other_deg);
  for (int row = 0; row < image.geometry.rows; ++row)
    for (int column = 0; column < image.geometry.columns; ++column)
      if (std::hypot(1.5 * column - other[0], 1.5 * row - other[1]) < 4.6) image.pixels(row, column) = 3200;
  return image;
}

TEST(FindLandmarks, TakesTheInsertionThatTheSeriesAgreesOn) {
  const Image usual = drawn({}, axial_slice()), torn = with_two_insertions();
  const DrawnMarks heart;
  const LandmarkOptions options{.least_confidence = 0.25};
  EXPECT_GT(difference(found({torn}, options).slices[0].rv_entry_angle_deg, heart.anterior_deg), 80);
  const auto slices = found({usual, torn, usual}, options).slices;
  EXPECT_NEAR(slices[1].rv_entry_angle_deg, heart.anterior_deg, 3);
  EXPECT_TRUE(slices[1].by_series);
  EXPECT_FALSE(slices[1].flagged());
  EXPECT_FALSE(slices[0].by_series);
}

TEST(FindLandmarks, DoesNotDependOnTheNumberOfThreads) {
  const Image usual = drawn({}, axial_slice()), torn = with_two_insertions();
  const LandmarkOptions one{.least_confidence = 0.25}, three{.least_confidence = 0.25, .threads = 3};
  const std::vector<Image> images = {usual, torn, usual, usual, torn, usual};
  const auto slices = found(images, one).slices, same = found(images, three).slices;
  for (std::size_t i = 0; i < images.size(); ++i) {
    EXPECT_EQ(slices[i].rv_anterior, same[i].rv_anterior);
    EXPECT_EQ(slices[i].confidence, same[i].confidence);
    EXPECT_EQ(slices[i].by_series, same[i].by_series);
  }
  EXPECT_TRUE(same[1].by_series);
}

/// What becomes of with_two_insertions between two hearts whose insertion is turned by `turned_deg`.
SliceLandmarks among_turned(double turned_deg, double least_confidence) {
  DrawnMarks turned;
  turned.anterior_deg += turned_deg;
  const Image sure = drawn(turned, axial_slice());
  return found({sure, with_two_insertions(), sure}, {.least_confidence = least_confidence}).slices.at(1);
}

TEST(FindLandmarks, AcceptsWhatTheSeriesConfirmsThoughALittleLessSure) {
  const double own = found({with_two_insertions()}).slices[0].confidence;
  EXPECT_TRUE(
      has(found({with_two_insertions()}, {.least_confidence = own / 0.9}).slices[0], "low_confidence"));
  const SliceLandmarks slice = among_turned(90, own / 0.9);
  EXPECT_FALSE(slice.flagged());
  EXPECT_TRUE(slice.confirmed_by_series);
  EXPECT_FALSE(slice.by_series);
  EXPECT_NEAR(slice.confidence, own, 0.05);
}

TEST(FindLandmarks, ConfirmsNeitherWhatIsMuchLessSureNorWhatLiesElsewhere) {
  const double own = found({with_two_insertions()}).slices[0].confidence;
  EXPECT_FALSE(among_turned(90, own / 0.75).confirmed_by_series);
  EXPECT_FALSE(among_turned(115, own / 0.9).confirmed_by_series);
  EXPECT_TRUE(among_turned(105, own / 0.9).confirmed_by_series);
}

TEST(FindLandmarks, ConfirmsNothingOfWhichSomethingElseIsWrong) {
  const double own = found({with_two_insertions()}).slices[0].confidence;
  DrawnMarks turned;
  turned.anterior_deg += 90;
  const Image sure = drawn(turned, axial_slice());
  const Image unsure = with_two_insertions(), long_axis = with_two_insertions(0, 1.7);
  const LandmarkOptions options{.least_confidence = own / 0.9};
  ASSERT_TRUE(found({sure, unsure, sure}, options).slices[1].confirmed_by_series);
  const SliceLandmarks slice = found({sure, long_axis, sure}, options).slices[1];
  EXPECT_TRUE(has(slice, "not_short_axis"));
  EXPECT_FALSE(slice.confirmed_by_series);
}

TEST(FindLandmarks, BelievesThoseThatAreSureThoughMostAreNot) {
  const Image sure = drawn({}, axial_slice()), unsure = with_two_insertions(180);
  const auto slices = found({sure, unsure, unsure, sure, unsure}, {.least_confidence = 0.6}).slices;
  for (const std::size_t i : {0u, 3u}) EXPECT_FALSE(slices[i].flagged());
  for (const std::size_t i : {1u, 2u, 4u}) {
    EXPECT_TRUE(has(slices[i], "low_confidence"));
    EXPECT_TRUE(has(slices[i], "turned_against_series"));
  }
}

TEST(FindLandmarks, FollowsNoSeriesThatDoesNotAgree) {
  DrawnMarks turned;
  turned.anterior_deg += 180;
  const Image usual = drawn({}, axial_slice()), other = drawn(turned, axial_slice());
  for (const std::vector<Image>& images :
       {std::vector{usual, with_two_insertions()}, {usual, other, usual, other, with_two_insertions()}})
    for (const SliceLandmarks& slice : found(images, {.least_confidence = 0.25}).slices)
      EXPECT_FALSE(slice.by_series);
}

TEST(FindLandmarks, FlagsBothOfTwoThatDisagree) {
  DrawnMarks turned;
  turned.anterior_deg += 60;
  for (const SliceLandmarks& slice : found({drawn({}), drawn(turned)}).slices)
    EXPECT_TRUE(has(slice, "turned_against_series"));
}

TEST(FindLandmarks, FindsNothingInConstantSmallAndEmptyImages) {
  Image constant = drawn({});
  constant.pixels.setConstant(100);
  EXPECT_EQ(found({constant}).slices[0].reasons, std::vector<std::string>{"constant_image"});
  Geometry narrow = drawn_slice();
  narrow.columns = 3;
  EXPECT_EQ(found({drawn({}, narrow)}).slices[0].reasons, std::vector<std::string>{"image_too_small"});
  Image empty = drawn({.inner_mm = 0, .outer_mm = 0, .insertions = false});
  empty.pixels = (empty.pixels > 200).select(120, empty.pixels);
  const auto nothing = found({empty});
  EXPECT_FALSE(nothing.heart);
  EXPECT_FALSE(nothing.slices[0].found);
  EXPECT_EQ(nothing.slices[0].reasons, std::vector<std::string>{"no_heart_found"});
}

TEST(FindLandmarks, FindsNothingInAnImageWithoutAHeartAmongOthers) {
  Image empty = drawn({});
  empty.pixels = 100 + 0 * empty.pixels;
  empty.pixels(3, 3) = 90;
  const auto slices = found({drawn({}), empty, drawn({})}).slices;
  EXPECT_TRUE(slices[0].found);
  EXPECT_FALSE(slices[1].found);
  EXPECT_EQ(slices[1].reasons, std::vector<std::string>{"no_heart_found"});
}

TEST(FindLandmarks, RefusesImpossibleOptions) {
  EXPECT_THROW(alone({}, {.stages = 3}), UsageError);
  EXPECT_THROW(alone({}, {.least_confidence = 1.5}), UsageError);
  EXPECT_THROW(alone({}, {.most_turned_deg = 0}), UsageError);
}

TEST(FindLandmarks, RefusesNetworksWithoutLandmarks) {
  const testing::MarkNetworks wrong("wrong");
  const Image image = drawn({});
  const std::vector<const Image*> images = {&image};
  EXPECT_THROW(find_landmarks(images, wrong.all()), NetworkError);
}

TEST(FindLandmarks, CanBeEndedBeforeEachImage) {
  int calls = 0;
  const LandmarkOptions options = {.before_image = [&] {
    if (++calls == 2) throw std::runtime_error("stop");
  }};
  EXPECT_THROW(found({drawn({}), drawn({}), drawn({})}, options), std::runtime_error);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace cmrt1
