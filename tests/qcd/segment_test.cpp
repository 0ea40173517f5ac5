#include "cmrt1/qcd/segment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/error.h"
#include "qcd/drawn_heart.h"
#include "qcd/stand_in.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

using testing::drawn;
using testing::DrawnHeart;
using testing::StandIn;
using testing::truth_of;
using Reasons = std::vector<std::string>;

const StandIn& stand_in() {
  static const StandIn ring;
  return ring;
}

/// A slice in the usual short-axis view.
Geometry slice(int columns = 200, int rows = 160, double spacing_x_mm = 1.5, double spacing_y_mm = 1.5) {
  Geometry geometry;
  geometry.columns = columns;
  geometry.rows = rows;
  geometry.spacing_x_mm = spacing_x_mm;
  geometry.spacing_y_mm = spacing_y_mm;
  geometry.row_direction = {0.6, 0.8, 0};
  geometry.column_direction = {0, 0, -1};
  return geometry;
}

SeriesSegmentation segmented(const std::vector<Image>& images, const QcdOptions& options = {},
                             const StandIn& networks = stand_in()) {
  std::vector<const Image*> series;
  for (const Image& image : images) series.push_back(&image);
  return segment_series(series, networks.networks(), options);
}

SliceSegmentation alone(const Image& image, const QcdOptions& options = {}) {
  return segmented({image}, options).slices.front();
}

SliceSegmentation alone(const DrawnHeart& heart, const QcdOptions& options = {}) {
  return alone(drawn(heart, slice()), options);
}

void expect_drawn(const SliceSegmentation& found, const DrawnHeart& heart, const Geometry& geometry) {
  const LabelMap truth = truth_of(heart, geometry);
  ASSERT_EQ(found.labels.rows(), geometry.rows);
  ASSERT_EQ(found.labels.cols(), geometry.columns);
  for (const std::uint8_t label : {kMyocardium, kBloodPool})
    EXPECT_GT(dice(mask_of(found.labels, label), mask_of(truth, label)), 0.95) << "label " << int(label);
  EXPECT_EQ(found.reasons, Reasons{});
}

bool has(const Reasons& reasons, const char* one) {
  return std::find(reasons.begin(), reasons.end(), one) != reasons.end();
}

constexpr DrawnHeart middle = {99, 80};

TEST(SegmentSeries, FindsAHeartAnywhereInTheSlice) {
  for (const auto& [x, y] : {std::pair{100.0, 80.0}, {42.3, 38.9}, {160.5, 30.0}, {80.0, 125.2}})
    expect_drawn(alone(DrawnHeart{x, y}), {x, y}, slice());
}

TEST(SegmentSeries, FindsItAtAnySizeOfPixel) {
  for (const Geometry& geometry :
       {slice(320, 300, 0.9, 0.9), slice(110, 100, 2.6, 2.6), slice(240, 120, 1.2, 2.1)}) {
    const DrawnHeart heart{0.45 * geometry.columns, 0.55 * geometry.rows, 17, 28};
    expect_drawn(alone(drawn(heart, geometry)), heart, geometry);
  }
}

TEST(SegmentSeries, FindsItHoweverTheSliceIsStored) {
  for (const bool transposed : {false, true})
    for (const double across : {1.0, -1.0})
      for (const double upright : {1.0, -1.0}) {
        Geometry geometry = slice(200, 160, 1.4, 1.7);
        for (double& part : geometry.row_direction) part *= across;
        for (double& part : geometry.column_direction) part *= upright;
        if (transposed) std::swap(geometry.row_direction, geometry.column_direction);
        const DrawnHeart heart{70, 90};
        const SeriesSegmentation found = segmented({drawn(heart, geometry)});
        expect_drawn(found.slices.front(), heart, geometry);
        EXPECT_FALSE(found.heart->turned_by_rv);
      }
}

TEST(SegmentSeries, FindsItWhereTheHeaderContradictsTheRightVentricle) {
  Image image = drawn(middle, slice());
  std::swap(image.geometry.row_direction, image.geometry.column_direction);
  for (double& part : image.geometry.column_direction) part = -part;
  const SeriesSegmentation found = segmented({image});
  EXPECT_TRUE(found.heart->turned_by_rv);
  expect_drawn(found.slices.front(), middle, slice());
}

TEST(SegmentSeries, HasTwelveCandidatesAsLargeAsTheSlice) {
  const SliceSegmentation found = alone(middle);
  ASSERT_EQ(found.candidates.size(), kCandidates);
  for (const LabelMap& candidate : found.candidates) {
    EXPECT_EQ(candidate.rows(), 160);
    EXPECT_EQ(candidate.cols(), 200);
  }
  EXPECT_TRUE((found.labels == found.candidates[found.winner]).all());
  EXPECT_NEAR(found.predicted[found.winner].dice, 0.95, 1e-9) << "all agree";
}

TEST(SegmentSeries, DeliversTheCandidateWithTheHighestPredictionWhereNoneIsPreferred) {
  // four members take a third of the ring for background, two for myocardium
  const DrawnHeart doubtful{99, 80, 17, 26, 0.33, 2450};
  const SliceSegmentation found = alone(doubtful);
  double best = 0;
  for (const Prediction& one : found.predicted) best = std::max(best, one.dice);
  EXPECT_DOUBLE_EQ(found.predicted[found.winner].dice, best);
  EXPECT_GE(found.winner, 2u) << "the members that see more are outvoted";
  EXPECT_LT(found.predicted[0].dice, best);
  EXPECT_GT(found.agreement(0, 1), 0.95);
  EXPECT_LT(found.agreement(0, 5), 0.9);
}

TEST(SegmentSeries, TrustsItselfLessWhereTheMembersDisagree) {
  const auto predicted = [](double share) {
    const SliceSegmentation found = alone(DrawnHeart{99, 80, 17, 26, share});
    return found.predicted[found.winner].dice;
  };
  EXPECT_GT(predicted(0), predicted(0.3));
  EXPECT_GT(predicted(0.3), predicted(0.7));
}

/// `middle` with a square of the grey of muscle, `away_mm` to the right of its centre; the window about it
/// reaches 70 mm, at its largest 88 mm.
Image with_muscle_at(double away_mm) {
  Image image = drawn(middle, slice());
  image.pixels.block(76, static_cast<Eigen::Index>(middle.x_px + away_mm / 1.5), 8, 8) = testing::kGreyMuscle;
  return image;
}

TEST(SegmentSeries, HoldsCandidatesAgainstLargerWindowsAndTheWholeImage) {
  const auto evidence = [](const Image& image) {
    const SliceSegmentation found = alone(image);
    expect_drawn(found, middle, slice());
    return std::array{found.evidence(static_cast<Eigen::Index>(found.winner), 0),
                      found.evidence(static_cast<Eigen::Index>(found.winner), 1)};
  };
  const auto [scales, whole] = evidence(drawn(middle, slice()));
  EXPECT_GT(scales, 0.8);
  EXPECT_GT(whole, 0.8);
  const auto [scales_near, whole_near] = evidence(with_muscle_at(74));
  EXPECT_LT(scales_near, scales - 0.02) << "muscle that only the larger window shows";
  EXPECT_LT(whole_near, whole - 0.02);
  const auto [scales_far, whole_far] = evidence(with_muscle_at(96));
  EXPECT_NEAR(scales_far, scales, 0.005) << "beyond all windows";
  EXPECT_LT(whole_far, whole - 0.02);
}

TEST(SegmentSeries, ShowsTheJudgeTheImageAndWhatEachMemberSaysInEveryWindow) {
  // four members take a third of the ring for background, two for myocardium
  const SeriesSegmentation series = segmented({drawn(DrawnHeart{99, 80, 17, 26, 0.33, 2450}, slice())});
  const SliceSegmentation& found = series.slices.front();
  const double side_mm = series.heart->window.side_mm;
  const double windows_per_mm2 = (1 + 1 + 1 / (0.8 * 0.8) + 1 / (1.25 * 1.25)) / (4 * side_mm * side_mm);
  for (std::size_t member = 0; member < kMembers; ++member) {
    const auto expected_of = [&](std::size_t candidate) {
      return found.evidence(static_cast<Eigen::Index>(candidate), 2);
    };
    const SegmentationMeasures measures = measure(found.candidates[member], slice());
    EXPECT_NEAR(expected_of(member), measures.myocardium_mm2 * windows_per_mm2, 0.016)
        << member << ", with its rims";
    EXPECT_NEAR(expected_of(kMembers + member), measures.blood_pool_mm2 * windows_per_mm2, 0.004) << member;
  }
  EXPECT_GT(found.evidence(0, 2), found.evidence(2, 2) + 0.01) << "which sees less of the ring";
}

nlohmann::json quality_of_stand_in() {
  return nlohmann::json::parse(std::ifstream(CMRT1_SOURCE_DIR "/tests/qcd/networks/ring/qcd_quality.json"));
}

/// The slice of a series of one, by the stand-in with another quality model.
SliceSegmentation alone_judged_by(const nlohmann::json& model, const Image& image,
                                  const QcdOptions& options) {
  const TemporaryFolder written;
  write_atomically(written.path() / kQualityFile, model.dump());
  const StandIn& ring = stand_in();
  const QualityModel quality(written.path() / kQualityFile,
                             {ring.segmentation.sha256(), ring.heart.sha256(), ring.judge.sha256()});
  const std::vector<const Image*> series = {&image};
  return segment_series(series, {ring.heart, ring.segmentation, ring.judge, quality}, options).slices.front();
}

TEST(SegmentSeries, TrustsItselfLessWhereOtherViewsContradict) {
  nlohmann::json model = quality_of_stand_in();
  model["evidence"] = {"whole_image"};
  for (auto& one : model["candidates"]) {
    std::vector<double> weights(kCandidates + 1, 0);
    weights.back() = 1;
    one["intercept"] = 0;
    one["weights"] = weights;
    one["inverse_gram"] = std::vector(kCandidates + 1, std::vector<double>(kCandidates + 1, 0));
  }
  const auto found_in = [&](const Image& image) { return alone_judged_by(model, image, {.threshold = 0.9}); };
  const SliceSegmentation sure = found_in(drawn(middle, slice())),
                          contradicted = found_in(with_muscle_at(96));
  EXPECT_DOUBLE_EQ(sure.predicted[sure.winner].dice, sure.evidence.col(1).maxCoeff());
  EXPECT_LT(contradicted.predicted[contradicted.winner].dice, sure.predicted[sure.winner].dice - 0.02);
}

/// Of one candidate the least is predicted, but `with_heart` if there is a heart, of the others 0.7.
nlohmann::json quality_that_distrusts(std::size_t candidate, double with_heart) {
  nlohmann::json model = quality_of_stand_in();
  for (std::size_t i = 0; i < kCandidates; ++i)
    model["candidates"][i]["with_heart"] = {{"intercept", i == candidate ? with_heart : 0.7},
                                            {"weights", std::vector<double>(kCandidates, 0)}};
  model["candidates"][candidate]["intercept"] = -0.5;
  return model;
}

TEST(SegmentSeries, DeliversTheCandidateThatIsBestIfThereIsAHeart) {
  const SliceSegmentation found = alone_judged_by(quality_that_distrusts(3, 0.8), drawn(middle, slice()), {});
  EXPECT_EQ(found.winner, 3u);
  EXPECT_LT(found.predicted[3].dice, 0.7);
  EXPECT_EQ(found.reasons, Reasons{"low_predicted_dice"}) << "what is told is the prediction";
}

TEST(SegmentSeries, DeliversThePreferredCandidateAndWhatIsPredictedOfIt) {
  nlohmann::json model = quality_that_distrusts(3, 0.65);
  EXPECT_NE(alone_judged_by(model, drawn(middle, slice()), {}).winner, 3u);
  model["preferred"] = {{"candidate", candidate_names()[3]}, {"margin", 0.1}};
  const SliceSegmentation found = alone_judged_by(model, drawn(middle, slice()), {});
  EXPECT_EQ(found.winner, 3u);
  EXPECT_EQ(found.reasons, Reasons{"low_predicted_dice"}) << "of it, not of the highest";
}

TEST(SegmentSeries, AsksOfEachPixelTheWindowsInWhichItLies) {
  std::vector<Image> series(12, drawn(middle, slice()));
  series.back() = drawn(DrawnHeart{middle.x_px + 38 / 1.5, middle.y_px}, slice());
  // Its outermost muscle lies beyond the smallest window, and the others are not quite sure of it.
  Pixels& pixels = series.back().pixels;
  auto beyond = pixels.rightCols(pixels.cols() - 139);
  beyond = beyond.min(650.0f);
  EXPECT_EQ(segmented(series).slices.back().labels(80, 140), kMyocardium);
}

TEST(SegmentSeries, FlagsAPredictionBelowTheThreshold) {
  const DrawnHeart doubtful{99, 80, 17, 26, 0.15};
  const SliceSegmentation found = alone(doubtful);
  const double predicted = found.predicted[found.winner].dice;
  EXPECT_EQ(alone(doubtful, {.threshold = predicted - 0.001}).reasons, Reasons{});
  EXPECT_EQ(alone(doubtful, {.threshold = predicted + 0.001}).reasons, Reasons{"low_predicted_dice"});
  EXPECT_EQ(alone(DrawnHeart{99, 80, 17, 26, 0.75}).reasons.front(), "low_predicted_dice");
}

TEST(SegmentSeries, RefusesAThresholdThatIsNoDice) {
  for (const double threshold : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(segmented({drawn(middle, slice())}, {.threshold = threshold}), UsageError) << threshold;
}

TEST(SegmentSeries, FlagsWhatIsUnlikeALeftVentricle) {
  EXPECT_TRUE(has(alone(DrawnHeart{99, 80, 6, 10}).reasons, "myocardium_area"));
  EXPECT_TRUE(has(alone(DrawnHeart{99, 80, 4, 26}).reasons, "wall_thickness"));
  EXPECT_TRUE(has(alone(DrawnHeart{99, 80, 17, 26, 0.75}).reasons, "open_ring"));
  EXPECT_TRUE(has(alone(DrawnHeart{8, 80}).reasons, "cut_by_border"));
}

TEST(SegmentSeries, FlagsConstantImages) {
  for (const float grey : {0.0f, 1000.0f, std::numeric_limits<float>::quiet_NaN()}) {
    const SliceSegmentation found = alone(Image{Pixels::Constant(160, 200, grey), slice()});
    EXPECT_EQ(found.reasons, Reasons{"constant_image"});
    EXPECT_FALSE(found.labels.any());
    EXPECT_EQ(found.predicted[found.winner].dice, 0);
    EXPECT_EQ(found.candidates.size(), kCandidates);
  }
}

TEST(SegmentSeries, FlagsImagesTooSmallToHoldAHeart) {
  for (const auto& [columns, rows] : {std::pair{1, 160}, {200, 1}, {15, 15}})
    EXPECT_EQ(alone(drawn({7, 7}, slice(columns, rows))).reasons, Reasons{"image_too_small"});
  EXPECT_FALSE(has(alone(drawn({8, 8}, slice(16, 16, 6, 6))).reasons, "image_too_small"));
}

TEST(SegmentSeries, FlagsASeriesWithoutAHeart) {
  Image image{Pixels::Constant(160, 200, 20), slice()};
  image.pixels(3, 4) = 60;
  const SeriesSegmentation found = segmented({image, image});
  EXPECT_FALSE(found.heart);
  for (const SliceSegmentation& one : found.slices) {
    EXPECT_EQ(one.reasons, Reasons{"no_heart_found"});
    EXPECT_EQ(one.candidates.size(), kCandidates);
  }
}

TEST(SegmentSeries, FlagsAnImageWithoutAHeartAmongOthers) {
  Image empty{Pixels::Constant(160, 200, 100), slice()};
  empty.pixels(3, 4) = 60;
  const Image good = drawn(middle, slice());
  const SeriesSegmentation found = segmented({good, empty, good});
  EXPECT_EQ(found.slices[1].reasons, Reasons{"no_heart_found"});
  EXPECT_EQ(found.slices[1].predicted[found.slices[1].winner].dice, 0);
  expect_drawn(found.slices[0], middle, slice());
  expect_drawn(found.slices[2], middle, slice());
}

TEST(SegmentSeries, LooksForTheHeartWithoutTheImagesThatShowNothing) {
  const Image good = drawn(middle, slice()), black{Pixels::Zero(160, 200), slice()};
  const SeriesSegmentation found = segmented({black, black, black, black, good});
  EXPECT_EQ(found.slices[0].reasons, Reasons{"constant_image"});
  expect_drawn(found.slices[4], middle, slice());
}

TEST(SegmentSeries, FlagsWhatLiesAwayFromTheSeries) {
  const double away_px = 0.9 * 2 * middle.outer_mm / 1.5;
  const Image good = drawn(middle, slice());
  const Image stray = drawn({middle.x_px, middle.y_px + away_px, 13, 20, 0, 0, false}, slice());
  const SeriesSegmentation found = segmented({good, good, stray, good, good});
  EXPECT_TRUE(has(found.slices[2].reasons, "away_from_series"));
  for (const std::size_t i : {0, 1, 3, 4}) EXPECT_EQ(found.slices[i].reasons, Reasons{}) << i;
}

TEST(SegmentSeries, DoesNotFlagABreathsDifferenceBetweenSlices) {
  const auto at = [](double y) { return drawn({99, y}, slice()); };
  for (const SliceSegmentation& one : segmented({at(76), at(80), at(86)}).slices)
    EXPECT_EQ(one.reasons, Reasons{});
}

TEST(SegmentSeries, PassesOverPixelsWithoutAValue) {
  Image image = drawn(middle, slice());
  image.pixels.topRows(30) = std::numeric_limits<float>::quiet_NaN();
  image.pixels.rightCols(20) = std::numeric_limits<float>::infinity();
  expect_drawn(alone(image), middle, slice());
}

TEST(SegmentSeries, SegmentsAnImageAloneAsAmongItsLike) {
  const Image image = drawn({70, 90, 17, 26, 0.4}, slice());
  const SliceSegmentation single = alone(image);
  for (const SliceSegmentation& one : segmented({image, image, image}).slices) {
    EXPECT_TRUE((one.labels == single.labels).all());
    EXPECT_TRUE(one.agreement == single.agreement);
    EXPECT_EQ(one.winner, single.winner);
  }
}

TEST(SegmentSeries, DoesNotDependOnTheNumberOfThreads) {
  const std::vector<Image> images = {drawn(middle, slice()), drawn({95, 84, 15, 24, 0.5}, slice()),
                                     drawn({90, 90, 12, 20, 0.5}, slice())};
  const SeriesSegmentation one = segmented(images, {.threads = 1}), two = segmented(images, {.threads = 3});
  EXPECT_EQ(one.heart->window.x, two.heart->window.x);
  for (std::size_t i = 0; i < images.size(); ++i) {
    EXPECT_TRUE((one.slices[i].labels == two.slices[i].labels).all());
    EXPECT_TRUE(one.slices[i].agreement == two.slices[i].agreement);
  }
}

TEST(SegmentSeries, CanBeEndedFromAnyThread) {
  const std::vector<Image> images(8, drawn(middle, slice()));
  std::atomic<int> seen = 0;
  const auto stop_at_fifth = [&] {
    if (++seen == 5) throw std::runtime_error("stopped");
  };
  EXPECT_THROW(segmented(images, {.threads = 3, .before_image = stop_at_fifth}), std::runtime_error);
}

TEST(SegmentSeries, CanBeEndedBeforeEachImage) {
  const Image image = drawn(middle, slice());
  int seen = 0;
  const auto stop_at_second = [&] {
    if (++seen == 2) throw std::runtime_error("stopped");
  };
  EXPECT_THROW(segmented({image, image, image}, {.before_image = stop_at_second}), std::runtime_error);
  EXPECT_EQ(seen, 2);
}

TEST(SegmentSeries, OfNothingIsNothing) {
  const SeriesSegmentation found = segmented({});
  EXPECT_FALSE(found.heart);
  EXPECT_TRUE(found.slices.empty());
}

TEST(SegmentSeries, RefusesNetworksOfAnotherKind) {
  const Image image = drawn(middle, slice());
  EXPECT_THROW(segmented({image}, {}, StandIn("wrong")), NetworkError);
  const std::vector<const Image*> series = {&image};
  const StandIn& ring = stand_in();
  EXPECT_THROW(segment_series(series, {ring.segmentation, ring.segmentation, ring.judge, ring.quality}),
               NetworkError);
  EXPECT_THROW(segment_series(series, {ring.heart, ring.segmentation, ring.heart, ring.quality}),
               NetworkError);
}

TEST(SegmentSeries, RefusesRegressorsOfAnotherNetwork) {
  const auto file = std::filesystem::path(CMRT1_SOURCE_DIR) / "tests/qcd/networks/ring" / kQualityFile;
  const StandIn &ring = stand_in(), wrong("wrong");
  EXPECT_NO_THROW(QualityModel(file, {ring.segmentation.sha256(), ring.heart.sha256(), ring.judge.sha256()}));
  EXPECT_THROW(QualityModel(file, {wrong.segmentation.sha256(), ring.heart.sha256(), ring.judge.sha256()}),
               NetworkError);
  EXPECT_THROW(QualityModel(file, {ring.segmentation.sha256(), wrong.segmentation.sha256()}), NetworkError);
}

}  // namespace
}  // namespace cmrt1
