#include "cmrt1/dt1/reactivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

Geometry grid(int columns = 40, int rows = 30) { return {columns, rows, 1.5, 1.5}; }

Image map_of(float ms, const Geometry& geometry = grid()) {
  return {Pixels::Constant(geometry.rows, geometry.columns, ms), geometry};
}

/// A map of which every pixel differs from its neighbours.
Image rough(const Geometry& geometry = grid()) {
  Image image = map_of(0, geometry);
  for (Eigen::Index i = 0; i < image.pixels.size(); ++i)
    image.pixels.data()[i] = 900 + static_cast<float>((i * 7919) % 301);
  return image;
}

/// A field that is `x`, `y` pixels everywhere; the window holds the whole grid.
Registration shifted(float x = 0, float y = 0, const Geometry& geometry = grid()) {
  Registration found;
  found.field = {Pixels::Constant(geometry.rows, geometry.columns, x),
                 Pixels::Constant(geometry.rows, geometry.columns, y)};
  found.window = {0.5 * (geometry.columns - 1), 0.5 * (geometry.rows - 1), 1000, {}};
  return found;
}

Dt1Status status_at(const Reactivity& made, int x, int y) {
  return static_cast<Dt1Status>(made.status(y, x));
}

void expect_values_only_where_ok(const Reactivity& made) {
  for (Eigen::Index i = 0; i < made.status.size(); ++i) {
    EXPECT_EQ(std::isfinite(made.dt1_percent.data()[i]), made.status.data()[i] == 0) << i;
    const bool error = made.error_percent.size() > 0 && std::isfinite(made.error_percent.data()[i]);
    EXPECT_TRUE(!error || made.status.data()[i] == 0) << i;
  }
}

TEST(StressReactivity, IsTheChangeInPercentOfRest) {
  const Reactivity made = stress_reactivity(map_of(1000), map_of(1062), shifted());
  EXPECT_NEAR(made.dt1_percent(15, 20), 6.2, 1e-4);
  EXPECT_NEAR(stress_reactivity(map_of(1250), map_of(1200), shifted()).dt1_percent(3, 3), -4, 1e-4);
  EXPECT_EQ(made.error_percent.size(), 0) << "not known without the maps' errors";
}

TEST(StressReactivity, OfAMapWithItselfIsExactlyZero) {
  const Reactivity made = stress_reactivity(rough(), rough(), shifted());
  EXPECT_TRUE((made.dt1_percent == 0).all());
}

TEST(StressReactivity, LooksWhereTheFieldPoints) {
  const Image rest = rough();
  Image stress = map_of(0);
  stress.pixels.leftCols(38) = rest.pixels.rightCols(38);  // stress(x - 2) = rest(x)
  const Reactivity made = stress_reactivity(rest, stress, shifted(-2));
  EXPECT_TRUE((made.dt1_percent.block(0, 4, 30, 34) == 0).all());
}

/// Every status but `ok` at a place of its own.
Reactivity with_every_status() {
  Image rest = map_of(1000), stress = map_of(1050);
  rest.pixels(5, 5) = kNone;
  rest.pixels(5, 10) = 199;
  stress.pixels.block(13, 13, 5, 5).setConstant(kNone);
  Registration found = shifted();
  found.field.x(20, 2) = -3;
  for (int x = 25; x < 29; ++x) found.field.x(20, x) = static_cast<float>(-2 * (x - 25));  // folds
  found.window.side_mm = 50;                                                               // 33 pixels
  const Pixels error = Pixels::Constant(30, 40, 20);
  return stress_reactivity(rest, stress, found, {}, error, error);
}

TEST(StressReactivity, SaysWhyAPixelHasNoValue) {
  Image rest = map_of(1000);
  const Reactivity made = with_every_status();
  EXPECT_EQ(status_at(made, 5, 5), Dt1Status::rest_undefined);
  EXPECT_EQ(status_at(made, 10, 5), Dt1Status::rest_below_floor);
  EXPECT_EQ(status_at(made, 15, 15), Dt1Status::stress_undefined);
  EXPECT_EQ(status_at(made, 26, 20), Dt1Status::folds);
  EXPECT_EQ(status_at(made, 1, 15), Dt1Status::outside_window);
  EXPECT_EQ(status_at(made, 20, 15), Dt1Status::ok);
  Registration outwards = shifted(-3);
  EXPECT_EQ(status_at(stress_reactivity(rest, rest, outwards), 1, 15), Dt1Status::leaves_image);
  EXPECT_EQ(status_at(stress_reactivity(rest, rest, outwards), 3, 15), Dt1Status::ok);
}

TEST(StressReactivity, HasNoNumberWhereTheStatusIsNotOk) {
  expect_values_only_where_ok(with_every_status());
  expect_values_only_where_ok(stress_reactivity(map_of(1000), map_of(1000), shifted(-3)));
}

TEST(StressReactivity, NamesEveryStatus) {
  for (int i = 0; i < kDt1Statuses; ++i) EXPECT_STRNE(to_string(static_cast<Dt1Status>(i)), "");
  EXPECT_STREQ(to_string(static_cast<Dt1Status>(kDt1Statuses)), "");
}

TEST(StressReactivity, TakesAnotherFloor) {
  EXPECT_EQ(status_at(stress_reactivity(map_of(300), map_of(300), shifted(), {.floor_ms = 400}), 9, 9),
            Dt1Status::rest_below_floor);
  EXPECT_EQ(status_at(stress_reactivity(map_of(300), map_of(300), shifted()), 9, 9), Dt1Status::ok);
  EXPECT_THROW(stress_reactivity(map_of(300), map_of(300), shifted(), {.floor_ms = 0}), UsageError);
}

TEST(StressReactivity, EstimatesItsErrorFromThoseOfTheMaps) {
  const Pixels rest_error = Pixels::Constant(30, 40, 24), stress_error = Pixels::Constant(30, 40, 33);
  const Reactivity made =
      stress_reactivity(map_of(1200), map_of(1320), shifted(), {}, rest_error, stress_error);
  // 100 * 1.1 * sqrt((33 / 1320)^2 + (24 / 1200)^2)
  EXPECT_NEAR(made.error_percent(10, 10), 3.5217, 1e-3);
  EXPECT_EQ(stress_reactivity(map_of(1200), map_of(1320), shifted(), {}, rest_error).error_percent.size(), 0);
}

TEST(StressReactivity, MovesTheStressMapsErrorAlong) {
  Pixels stress_error = Pixels::Constant(30, 40, 10);
  stress_error.rightCols(20).setConstant(50);
  const Reactivity made = stress_reactivity(map_of(1000), map_of(1000), shifted(10), {},
                                            Pixels::Constant(30, 40, 1e-6f), stress_error);
  EXPECT_NEAR(made.error_percent(15, 7), 1, 0.01);
  EXPECT_NEAR(made.error_percent(15, 12), 5, 0.01);
}

TEST(Registered, InterpolatesOnceHoweverGridAndFieldLie) {
  // The stress map's grid lies half a pixel further right, and the field points half a pixel to the right.
  Geometry other = grid();
  other.position_mm[0] = 0.5 * other.spacing_x_mm;
  const Image stress = rough(other);
  const Pixels seen = registered(stress, grid(), shifted(0.5f).field);
  EXPECT_TRUE((seen == stress.pixels).all()) << "two interpolations would have smoothed it";
}

TEST(Registered, KeepsThePixelsBesideAnUndefinedOneOnAnObliqueGrid) {
  Geometry oblique = grid();
  oblique.position_mm = {-121.37, 88.1, 40.9};
  oblique.row_direction = {0.815114, 0.0000692, -0.5793005};
  oblique.column_direction = {-0.1883337, 0.9457095, -0.2648849};
  oblique.spacing_x_mm = oblique.spacing_y_mm = 1.3671875;
  Image stress = rough(oblique);
  stress.pixels(12, 17) = kNone;
  const Pixels seen = registered(stress, oblique, shifted().field);
  EXPECT_EQ(seen.isFinite().count(), seen.size() - 1);
}

/// A plane, which linear interpolation hits too, with a bump where only the cubic's outer samples reach.
TEST(Registered, TakesTheFourNearestPixelsWhereTheWiderOnesHaveNoValue) {
  Image stress = map_of(0);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) stress.pixels(y, x) = static_cast<float>(1000 + (x - 20) * (x - 20));
  const auto seen_at_20 = [&](const Image& image) {
    return registered(image, grid(), shifted(0.5f).field)(10, 20);  // between the columns 20 and 21
  };
  EXPECT_NEAR(seen_at_20(stress), 1000.25, 1e-3) << "cubic";
  Image wider = stress;
  wider.pixels(10, 22) = kNone;
  EXPECT_NEAR(seen_at_20(wider), 1000.5, 1e-3) << "linear";
  Image nearer = stress;
  nearer.pixels(10, 21) = kNone;
  EXPECT_FALSE(std::isfinite(seen_at_20(nearer)));
}

TEST(Registered, HasNoValueBeyondTheImage) {
  const Pixels seen = registered(map_of(1000), grid(), shifted(0, 5).field);
  EXPECT_TRUE(seen.topRows(25).isFinite().all());
  EXPECT_FALSE(seen.bottomRows(5).isFinite().any());
}

}  // namespace
}  // namespace cmrt1
