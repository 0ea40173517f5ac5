#pragma once
/// The square piece of a slice that a network sees: turned to the standard short-axis view and resampled.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

/// A direction in the plane of a slice, of length 1: along growing column, along growing row, in mm.
using Direction = std::array<double, 2>;

/// How a view lies on a slice: where in the slice its right and its down point. Mirrored views occur.
struct Orientation {
  Direction right = {1, 0};
  Direction down = {0, 1};
};

/// The one of the slice's eight flips and quarter turns that comes nearest to the standard short-axis view
/// (right ventricle left, sternum up), told by its axes in the patient.
Orientation standard_orientation(const Geometry& geometry);

/// `orientation` turned in its own view, so that what points along `angle` (radians from right towards down)
/// comes to point to the right.
Orientation turned(const Orientation& orientation, double angle);

struct Window {
  double x = 0;  ///< centre, in pixels of the slice
  double y = 0;
  double side_mm = 0;
  Orientation orientation;
};

/// A square of the slice's longer side about its centre.
Window whole_window(const Geometry& geometry, const Orientation& orientation);

/// The point (u, v) of a grid of `size` x `size` cells over the window (0 is the first cell's centre), in
/// pixels of the slice; and back.
std::array<double, 2> slice_from_window(const Window& window, const Geometry& geometry, int size, double u,
                                        double v);
std::array<double, 2> window_from_slice(const Window& window, const Geometry& geometry, int size, double x,
                                        double y);

/// The window as `size` x `size` cells, each the mean of samples no further apart than the slice's pixels
/// (linear interpolation). Beyond the slice and where a pixel is not finite: `outside`, by default the
/// slice's lowest value, which networks take for padding.
Pixels cut(const Image& image, const Window& window, int size, std::optional<float> outside = {});

/// `planes` (each `size` x `size` over the window) on the slice's pixels, linear; 0 beyond the window.
std::vector<Pixels> back_on_slice(std::span<const Pixels> planes, const Window& window,
                                  const Geometry& geometry);

}  // namespace cmrt1
