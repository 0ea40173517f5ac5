#pragma once
/// Both maps of a pair in a window about the heart, as they are registered.

#include <array>
#include <optional>

#include "cmrt1/heart/window.h"
#include "cmrt1/image/warp.h"

namespace cmrt1 {

inline constexpr int kCells = 192;        ///< of the window, in each direction
inline constexpr double kWindowMm = 192;  ///< its side
inline constexpr double kCellMm = kWindowMm / kCells;

/// kCells x kCells values of each map; 0 where there is no value.
struct Cells {
  Pixels rest, stress;
};

Window window_about(const std::array<double, 2>& centre_px);

/// In ms, of maps on one grid. The stress map's window lies `start` (x, y, in cells) from the rest map's.
Cells cells_in(const Image& rest, const Image& stress, const Window& window,
               const std::array<double, 2>& start);

/// In units of twice the median T1 of both maps' middles and at most 1.5, as in training (models/training,
/// scaled_maps).
Cells scaled(const Cells& ms);

/// One within `radius_mm` of the window's centre.
Mask disc_about_middle(double radius_mm);

/// A field over the window, which began with `start` (both in cells), on the pixels of `grid`, in these;
/// beyond the window its border's displacement goes on.
DisplacementField on_grid(const DisplacementField& field, const std::array<double, 2>& start,
                          const Window& window, const Geometry& grid);

}  // namespace cmrt1
