#pragma once
/// The signal behind magnitude and phase. Polarity belongs to the tissue and must move with it, so
/// images are resampled as M exp(i phase) and split again afterwards.

#include <functional>
#include <span>

#include "cmrt1/image/warp.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Applies a linear operation to real and imaginary part of each image (to the magnitude where there
/// is no phase; negative results become 0). `operation(part, k)` gets the number of the image and runs
/// on any of `threads` threads.
SeriesImages transformed(const SeriesImages& images, const Geometry& geometry, int threads,
                         const std::function<Pixels(const Pixels& part, std::size_t k)>& operation);

/// Each image warped by its field, cubic interpolation. One field an image.
SeriesImages warp_series(const SeriesImages& images, std::span<const DisplacementField> fields,
                         int threads = 1);

/// Images with their sign, M cos(phase - background): the background is the slowly varying phase that
/// all tissues share up to their sign, smoothed by a Gaussian of `smoothing_px`. Tissue of opposite
/// phase (fat) comes out with the opposite sign, the same in all images; so may the whole series.
/// Without phase: the magnitudes.
Stack signed_images(const SeriesImages& images, double smoothing_px);

}  // namespace cmrt1
