#include "cmrt1/moco/complex_signal.h"

#include <cmath>
#include <numbers>
#include <queue>
#include <tuple>
#include <utility>

#include "cmrt1/base/parallel.h"
#include "cmrt1/field/smooth.h"

namespace cmrt1 {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

Pixels angle(const Pixels& real, const Pixels& imaginary) {
  return imaginary.binaryExpr(real, [](float y, float x) { return std::atan2(y, x); });
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
Pixels background_phase(const SeriesImages& images, double smoothing_px) {
  const Pixels& shape = images.magnitude.frames[0];
  Pixels real = Pixels::Zero(shape.rows(), shape.cols()), imaginary = real;
  for (std::size_t k = 0; k < images.magnitude.frames.size(); ++k) {
    const Pixels square = images.magnitude.frames[k].square();
    const Pixels twice = 2 * images.phase->frames[k];
    const Pixels x = square * twice.cos(), y = square * twice.sin();
    real += x.isFinite().select(x, 0.0f);
    imaginary += y.isFinite().select(y, 0.0f);
  }
  real = smooth(real, smoothing_px);
  imaginary = smooth(imaginary, smoothing_px);
  return joined_modulo_pi(angle(real, imaginary) / 2, real.square() + imaginary.square());
}

}  // namespace

SeriesImages transformed(const SeriesImages& images, const Geometry& geometry, int threads,
                         const std::function<Pixels(const Pixels& part, std::size_t k)>& operation) {
  const std::size_t count = images.magnitude.frames.size();
  SeriesImages result{images.ti_ms, {std::vector<Pixels>(count), geometry}, {}, images.header};
  if (images.phase) result.phase = result.magnitude;
  parallel_blocks(static_cast<int>(count), 1, threads, [&](int first, int) {
    const auto k = static_cast<std::size_t>(first);
    const Pixels& magnitude = images.magnitude.frames[k];
    if (!images.phase) {
      result.magnitude.frames[k] = operation(magnitude, k).max(0.0f);
      return;
    }
    const Pixels& phase = images.phase->frames[k];
    const Pixels real = operation(magnitude * phase.cos(), k);
    const Pixels imaginary = operation(magnitude * phase.sin(), k);
    result.magnitude.frames[k] = (real.square() + imaginary.square()).sqrt();
    result.phase->frames[k] = angle(real, imaginary);
  });
  return result;
}

SeriesImages warp_series(const SeriesImages& images, std::span<const DisplacementField> fields, int threads) {
  return transformed(images, images.magnitude.geometry, threads,
                     [&](const Pixels& part, std::size_t k) { return warp(part, fields[k]); });
}

Stack signed_images(const SeriesImages& images, double smoothing_px) {
  if (!images.phase) return images.magnitude;
  const Pixels background = background_phase(images, smoothing_px);
  Stack result = images.magnitude;
  for (std::size_t k = 0; k < result.frames.size(); ++k)
    result.frames[k] *= (images.phase->frames[k] - background).cos();
  return result;
}

}  // namespace cmrt1
