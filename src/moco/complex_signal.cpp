#include "cmrt1/moco/complex_signal.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <queue>
#include <tuple>
#include <utility>

#include "cmrt1/base/parallel.h"
#include "cmrt1/base/wide.h"
#include "cmrt1/field/smooth.h"

namespace cmrt1 {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

/// atan2(imaginary, real), not a number where either is none: from 0...pi/8 by the polynomial of Cephes'
/// atanf (S. L. Moshier), to a few units in the last place. Without branches, so that the compiler takes
/// several pixels at once.
CMRT1_WIDE void angles(const float* real, const float* imaginary, int count, float* angle) {
  constexpr float tangent_of_eighth = 0.414213562f;  // of pi / 8
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) {
    const float x = std::abs(real[i]), y = std::abs(imaginary[i]);
    const bool steep = y > x;
    const float ratio = (steep ? x : y) / ((steep ? y : x) + std::numeric_limits<float>::min());
    const bool reduced = ratio > tangent_of_eighth;
    const float t = reduced ? (ratio - 1) / (ratio + 1) : ratio;
    const float z = t * t;
    float found =
        (((8.05374449538e-2f * z - 1.38776856032e-1f) * z + 1.99777106478e-1f) * z - 3.33329491539e-1f) * z *
            t +
        t;
    found = reduced ? found + kPi / 4 : found;
    found = steep ? kPi / 2 - found : found;
    found = real[i] < 0 ? kPi - found : found;
    found = imaginary[i] < 0 ? -found : found;
    angle[i] = found + 0 * (real[i] + imaginary[i]);
  }
}

Pixels angle(const Pixels& real, const Pixels& imaginary) {
  Pixels angle(real.rows(), real.cols());
  angles(real.data(), imaginary.data(), static_cast<int>(real.size()), angle.data());
  return angle;
}

/// `angles`, known up to multiples of pi, with those multiples chosen so that neighbours agree:
/// grown from the pixel of largest weight, heaviest neighbour first.
Pixels joined_modulo_pi(Pixels angles, const Pixels& weights) {
  const Eigen::Index rows = angles.rows(), columns = angles.cols();
  Mask done = Mask::Zero(rows, columns);
  std::priority_queue<std::tuple<float, Eigen::Index, Eigen::Index>> border;  // weight, pixel, joined from
  Eigen::Index row, column;
  weights.maxCoeff(&row, &column);
  border.emplace(0.0f, row * columns + column, row * columns + column);
  while (!border.empty()) {
    const auto [weight, pixel, from] = border.top();
    border.pop();
    if (done.data()[pixel]) continue;
    done.data()[pixel] = 1;
    if (std::cos(angles.data()[pixel] - angles.data()[from]) < 0) angles.data()[pixel] += kPi;
    row = pixel / columns;
    column = pixel % columns;
    for (const auto& [y, x] :
         {std::pair{row - 1, column}, {row + 1, column}, {row, column - 1}, {row, column + 1}})
      if (y >= 0 && x >= 0 && y < rows && x < columns && !done(y, x))
        border.emplace(weights(y, x), y * columns + x, pixel);
  }
  return angles;
}

/// The slowly varying phase that all tissues share up to their sign, from the squared complex signal
/// (in which the sign drops out). Values that are not finite count as 0.
Pixels background_phase(const Stack& real, const Stack& imaginary, double smoothing_px) {
  Pixels sum_real = Pixels::Zero(real.frames[0].rows(), real.frames[0].cols()), sum_imaginary = sum_real;
  for (std::size_t k = 0; k < real.frames.size(); ++k) {
    const Pixels x = real.frames[k].square() - imaginary.frames[k].square();
    const Pixels y = 2 * real.frames[k] * imaginary.frames[k];
    sum_real += x.isFinite().select(x, 0.0f);
    sum_imaginary += y.isFinite().select(y, 0.0f);
  }
  sum_real = smooth(sum_real, smoothing_px);
  sum_imaginary = smooth(sum_imaginary, smoothing_px);
  return joined_modulo_pi(angle(sum_real, sum_imaginary) / 2, sum_real.square() + sum_imaginary.square());
}

/// A stack as large as `like`, its frames still empty.
Stack empty_stack(const Stack& like, const Geometry& geometry) {
  return {std::vector<Pixels>(like.frames.size()), geometry};
}

/// body(k) for each image.
template <typename Body>
void for_each_image(const Stack& stack, int threads, const Body& body) {
  parallel_blocks(static_cast<int>(stack.frames.size()), 1, threads,
                  [&](int first, int) { body(static_cast<std::size_t>(first)); });
}

}  // namespace

ComplexSeries complex_series(const SeriesImages& images, int threads) {
  if (!images.phase) return {images.ti_ms, images.magnitude, {}};
  const Geometry& geometry = images.magnitude.geometry;
  ComplexSeries series{images.ti_ms, empty_stack(images.magnitude, geometry),
                       empty_stack(images.magnitude, geometry)};
  for_each_image(images.magnitude, threads, [&](std::size_t k) {
    const Pixels &magnitude = images.magnitude.frames[k], &phase = images.phase->frames[k];
    series.real.frames[k] = magnitude * phase.cos();
    series.imaginary->frames[k] = magnitude * phase.sin();
  });
  return series;
}

SeriesImages magnitude_and_phase(const ComplexSeries& series, int threads) {
  SeriesImages images{series.ti_ms, empty_stack(series.real, series.real.geometry), {}, {}};
  if (series.imaginary) images.phase = images.magnitude;
  for_each_image(series.real, threads, [&](std::size_t k) {
    const Pixels& real = series.real.frames[k];
    if (!series.imaginary) {
      images.magnitude.frames[k] = real.max(0.0f);
      return;
    }
    const Pixels& imaginary = series.imaginary->frames[k];
    images.magnitude.frames[k] = (real.square() + imaginary.square()).sqrt();
    images.phase->frames[k] = angle(real, imaginary);
  });
  return images;
}

ComplexSeries cropped(const ComplexSeries& series, const Box& box) {
  ComplexSeries part{series.ti_ms, cropped(series.real, box), {}};
  if (series.imaginary) part.imaginary = cropped(*series.imaginary, box);
  return part;
}

ComplexSeries transformed(const ComplexSeries& series, const Geometry& geometry, int threads,
                          const std::function<Pixels(const Pixels& frame)>& operation) {
  ComplexSeries result{series.ti_ms, empty_stack(series.real, geometry), {}};
  if (series.imaginary) result.imaginary = empty_stack(series.real, geometry);
  for_each_image(series.real, threads, [&](std::size_t k) {
    result.real.frames[k] = operation(series.real.frames[k]);
    if (series.imaginary) result.imaginary->frames[k] = operation(series.imaginary->frames[k]);
  });
  return result;
}

ComplexSeries warped(const ComplexSeries& series, std::span<const DisplacementField> fields,
                     const Geometry& geometry, int threads) {
  ComplexSeries result{series.ti_ms, empty_stack(series.real, geometry), {}};
  if (series.imaginary) result.imaginary = empty_stack(series.real, geometry);
  for_each_image(series.real, threads, [&](std::size_t k) {
    if (!series.imaginary) {
      result.real.frames[k] = warp(series.real.frames[k], fields[k]);
      return;
    }
    auto both = warp_alike(series.real.frames[k], series.imaginary->frames[k], fields[k]);
    result.real.frames[k] = std::move(both[0]);
    result.imaginary->frames[k] = std::move(both[1]);
  });
  return result;
}

Stack signed_images(const ComplexSeries& series, double smoothing_px) {
  if (!series.imaginary) return series.real;
  const Pixels background = background_phase(series.real, *series.imaginary, smoothing_px);
  const Pixels along = background.cos(), across = background.sin();
  Stack result = series.real;
  for (std::size_t k = 0; k < result.frames.size(); ++k)
    result.frames[k] = along * series.real.frames[k] + across * series.imaginary->frames[k];
  return result;
}

}  // namespace cmrt1
