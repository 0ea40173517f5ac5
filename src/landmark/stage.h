#pragma once
/// One look of a network at one image, or several looks taken together.

#include "cmrt1/landmark/find.h"

namespace cmrt1 {

/// Landmarks in pixels of the slice, and the left ventricle that was seen with them.
struct Look {
  std::array<Point, kLandmarks> points = {};
  std::array<double, kLandmarks> chances = {};
  double lv_mm2 = 0, blood_pool_mm2 = 0;
  double elongation = 1;          ///< ratio of the LV's longest and shortest standard deviation
  bool against_expected = false;  ///< HeartView's
};

/// What `network` sees in `window`, cut into `size` x `size` cells, with the insertion expected as in
/// view_of.
Look look_at(const Image& image, const Window& window, int size, const nn::Network& network,
             const std::optional<Direction>& entry);

/// The patch in standard position for points of an earlier look.
Window standard_patch(const Look& earlier, const Window& seen, const Geometry& geometry,
                      double lv_diameter_mm);

/// Distance in mm of two points of a slice.
double distance_mm(const Point& a, const Point& b, const Geometry& geometry);

}  // namespace cmrt1
