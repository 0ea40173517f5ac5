#include "landmark/stage.h"

#include <gtest/gtest.h>

#include "landmark/drawn_marks.h"

namespace cmrt1 {
namespace {

TEST(StandardPatch, PutsTheInsertionLeftOfTheCentreAndThePatchBetweenThem) {
  const Geometry geometry = testing::drawn_slice(1.2, 2.3);
  for (double turn = 0; turn < 360; turn += 45) {
    testing::DrawnMarks heart;
    heart.anterior_deg += turn;
    Look look;
    const auto px = [&](const Point& mm) {
      return Point{mm[0] / geometry.spacing_x_mm, mm[1] / geometry.spacing_y_mm};
    };
    look.points = {px(heart.centre_mm), px(heart.insertion(heart.anterior_deg)), Point{0, 0}};
    for (const double sign : {1.0, -1.0}) {
      const Window seen{100, 60, 250, {{0.6, 0.8}, {-0.8 * sign, 0.6 * sign}}};
      const Window patch = standard_patch(look, seen, geometry, 52);
      const auto centre = window_from_slice(patch, geometry, 128, look.points[0][0], look.points[0][1]);
      const auto insertion = window_from_slice(patch, geometry, 128, look.points[1][0], look.points[1][1]);
      EXPECT_NEAR(centre[1], 63.5, 1e-9);
      EXPECT_NEAR(insertion[1], 63.5, 1e-9);
      EXPECT_NEAR(centre[0] + insertion[0], 127, 1e-9);
      EXPECT_GT(centre[0], insertion[0] + 5);
      // ... and back to the slice
      const auto back = slice_from_window(patch, geometry, 128, insertion[0], insertion[1]);
      EXPECT_NEAR(back[0], look.points[1][0], 0.01);
      EXPECT_NEAR(back[1], look.points[1][1], 0.01);
    }
  }
}

}  // namespace
}  // namespace cmrt1
