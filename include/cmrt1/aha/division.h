#pragma once
/// Divides the wall of a left ventricle into its segments. All angles and radii are those in mm, so pixels
/// need not be square.

#include <array>
#include <vector>

#include "cmrt1/aha/segments.h"
#include "cmrt1/image/image.h"

namespace cmrt1 {

/// Sense in which the segments follow one another about the LV's centre, on the pixel grid (rows downwards).
enum class Sense { clockwise, anticlockwise };

/// From the slice's place in the patient: anticlockwise where the slice is seen from the apex. Flipped or
/// turned acquisitions so give the same anatomy.
Sense sense_of(const Geometry& geometry);

/// The same from both insertion points: the septum, over which numbers grow, is the shorter way from the
/// anterior to the inferior one.
Sense sense_of_insertions(const std::array<double, 2>& lv_centre_px,
                          const std::array<double, 2>& rv_anterior_px,
                          const std::array<double, 2>& rv_inferior_px, const Geometry& geometry);

/// What divides the wall of a slice. Points in pixels of the slice; both must be finite and apart, else the
/// functions below throw std::invalid_argument.
struct Division {
  std::array<double, 2> lv_centre_px = {0, 0};
  std::array<double, 2> rv_anterior_px = {0, 0};
  Level level = Level::mid;
  Sense sense = Sense::anticlockwise;
  Geometry geometry;
};

/// Angle of a point about the LV's centre, from the anterior insertion in the division's sense: from 0
/// up to but not including 360 degrees.
double angle_deg(const Division& division, const std::array<double, 2>& point_px);

/// Inner and outer radius of the wall in mm for the directions 0.5, 1.5 ... 359.5 degrees (as angle_deg); NaN
/// where there is none.
struct Wall {
  std::array<double, 360> inner_mm, outer_mm;
};
Wall round_wall(double inner_mm, double outer_mm);
/// First and last pixel of `myocardium` along each direction from the centre.
Wall wall_of(const Mask& myocardium, const Division& division);

/// The pixels whose centres lie within the wall.
Mask pixels_of(const Wall& wall, const Division& division);

struct SegmentRegion {
  int number = 0;
  double from_deg = 0, to_deg = 0;                 ///< as in Segment
  std::array<double, 2> centroid_px = {0, 0};      ///< NaN where there is no wall
  std::vector<std::array<double, 2>> boundary_px;  ///< along the epicardium, back along the endocardium
};
/// The segments of the division's level; those without wall have no boundary.
std::vector<SegmentRegion> regions_of(const Wall& wall, const Division& division);

struct SegmentMap {
  Mask number;   ///< 1...16 where `myocardium` is, 0 elsewhere
  Pixels depth;  ///< 0 at the endocardium, 1 at the epicardium; NaN outside
};
SegmentMap segment_map(const Mask& myocardium, const Wall& wall, const Division& division);

}  // namespace cmrt1
