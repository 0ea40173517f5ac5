#pragma once
/// Where motion is estimated: a square about the heart, averaged over blocks of pixels.

#include "cmrt1/image/warp.h"
#include "cmrt1/moco/complex_signal.h"

namespace cmrt1 {

/// A crop of the series' grid whose pixels are blocks of `factor` x `factor` pixels.
struct WorkingGrid {
  int first_column = 0;
  int first_row = 0;
  int columns = 0;  ///< in blocks
  int rows = 0;     ///< in blocks
  int factor = 1;
};

/// The blocks that cover the square of half-width `half_width_mm` about `centre_px` (x, y), as far as
/// the image reaches, in blocks of about `block_mm`.
WorkingGrid working_grid(const Geometry& geometry, const std::array<double, 2>& centre_px,
                         double half_width_mm, double block_mm);

/// The images on the working grid.
ComplexSeries on_working_grid(const ComplexSeries& series, const WorkingGrid& grid, int threads = 1);

/// A field of the working grid (in its pixels) on the full grid (in pixels of that), cubic
/// interpolation, zero outside the crop. Continuous where the field vanishes at the crop's border; where
/// the image's border leaves no room for another block the field is carried on to it.
DisplacementField on_full_grid(const DisplacementField& field, const WorkingGrid& grid,
                               const Geometry& geometry);

/// A field of the full grid on the working grid, in pixels of that.
DisplacementField on_working_grid(const DisplacementField& field, const WorkingGrid& grid);

/// One within `radius_mm` of `centre_px`, falling to zero as a cosine over the next `falloff_mm`.
Pixels round_window(const Geometry& geometry, const std::array<double, 2>& centre_px, double radius_mm,
                    double falloff_mm);

}  // namespace cmrt1
