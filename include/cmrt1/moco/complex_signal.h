#pragma once
/// The signal behind magnitude and phase. Polarity belongs to the tissue and must move with it, so
/// images are resampled as M exp(i phase) and split again afterwards.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cmrt1/image/warp.h"
#include "cmrt1/moco/crop.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

/// M cos(phase) and M sin(phase), one frame an image; without phase the magnitudes alone.
struct ComplexSeries {
  std::vector<double> ti_ms;
  Stack real;
  std::optional<Stack> imaginary;
};

ComplexSeries complex_series(const SeriesImages& images, int threads = 1);

/// The inverse of complex_series: phase in -pi...pi; where there is none, values below 0 become 0. Without
/// header.
SeriesImages magnitude_and_phase(const ComplexSeries& series, int threads = 1);

ComplexSeries cropped(const ComplexSeries& series, const Box& box);

/// Applies a linear operation to every frame; `geometry` is that of the results. It runs on any of `threads`
/// threads.
ComplexSeries transformed(const ComplexSeries& series, const Geometry& geometry, int threads,
                          const std::function<Pixels(const Pixels& frame)>& operation);

/// Each image warped by its field, cubic interpolation. One field an image, all on the grid of `geometry`.
ComplexSeries warped(const ComplexSeries& series, std::span<const DisplacementField> fields,
                     const Geometry& geometry, int threads = 1);

/// Images with their sign, M cos(phase - background): the background is the slowly varying phase that
/// all tissues share up to their sign, smoothed by a Gaussian of `smoothing_px`. Tissue of opposite
/// phase (fat) comes out with the opposite sign, the same in all images; so may the whole series.
/// Without phase: the magnitudes.
Stack signed_images(const ComplexSeries& series, double smoothing_px);

}  // namespace cmrt1
