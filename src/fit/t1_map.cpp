#include "cmrt1/fit/t1_map.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"
#include "cmrt1/base/parallel.h"
#include "fit/block.h"

namespace cmrt1 {
namespace {

constexpr int kBlockPixels = 4096;
constexpr double kShortestT1Ms = 2;

void check_shapes(std::span<const double> ti_ms, const Stack& magnitude, const std::optional<Stack>& phase) {
  const auto suits = [&](const Stack& stack) {
    return consistent(stack) && stack.frames.size() == ti_ms.size() &&
           stack.geometry.rows == magnitude.geometry.rows &&
           stack.geometry.columns == magnitude.geometry.columns;
  };
  if (!suits(magnitude))
    throw CaseError("image_shapes_differ",
                    "magnitude images do not match each other or their inversion times");
  if (phase && !suits(*phase))
    throw CaseError("image_shapes_differ", "phase images do not match the magnitude images");
}

T1Map empty_map(const Geometry& geometry) {
  const Pixels zero = Pixels::Zero(geometry.rows, geometry.columns);
  const Mask none = Mask::Zero(geometry.rows, geometry.columns);
  return {geometry, zero, zero, zero, zero, zero, zero, none, none};
}

void set_pixel(T1Map& map, int pixel, const fit::PixelFit& result, double t1_max_ms) {
  map.status.data()[pixel] = static_cast<std::uint8_t>(result.status);
  if (result.status != FitStatus::fitted) return;
  const double t1 = result.fit.t1_ms();
  const double limited = t1 < kShortestT1Ms ? 0 : std::min(t1, t1_max_ms);
  if (t1 != limited) map.status.data()[pixel] = static_cast<std::uint8_t>(FitStatus::clamped);
  map.t1_ms.data()[pixel] = static_cast<float>(limited);
  map.t1_error_ms.data()[pixel] = static_cast<float>(result.t1_error_ms);
  map.r2.data()[pixel] = static_cast<float>(result.r2);
  map.a.data()[pixel] = static_cast<float>(result.fit.a);
  map.b.data()[pixel] = static_cast<float>(result.fit.b);
  map.t1_star_ms.data()[pixel] = static_cast<float>(result.fit.t_star_ms);
  map.samples_used.data()[pixel] = static_cast<std::uint8_t>(result.fit.samples);
}

}  // namespace

const char* to_string(FitStatus status) {
  switch (status) {
    case FitStatus::fitted:
      return "fitted";
    case FitStatus::below_signal_floor:
      return "below_signal_floor";
    case FitStatus::not_converged:
      return "not_converged";
    case FitStatus::clamped:
      return "clamped";
    case FitStatus::outside_image:
      return "outside_image";
  }
  return "unknown";
}

void FitOptions::check() const {
  if (!std::isfinite(signal_floor) || signal_floor < 0)
    throw UsageError("the signal floor must be 0 or more");
  if (!std::isfinite(t1_max_ms) || t1_max_ms <= 0) throw UsageError("the largest T1 must be above 0 ms");
  if (threads < 0) throw UsageError("the number of threads must be 0 (all cores) or more");
}

int scanner_integer(float value) {
  constexpr float kLargest = 4000;
  return value > 0 ? static_cast<int>(std::min(value, kLargest)) : 0;
}

T1Map fit_t1_map(std::span<const double> ti_ms, const Stack& magnitude, const std::optional<Stack>& phase,
                 const FitOptions& options) {
  options.check();
  const fit::FitPlan plan = fit::make_plan(ti_ms, options);
  check_shapes(ti_ms, magnitude, phase);
  T1Map map = empty_map(magnitude.geometry);
  const int pixels = magnitude.geometry.rows * magnitude.geometry.columns;
  parallel_blocks(pixels, kBlockPixels, options.threads, [&](int begin, int end) {
    const auto results = fit::fit_block(plan, magnitude, phase ? &*phase : nullptr, begin, end);
    for (int pixel = begin; pixel < end; ++pixel)
      set_pixel(map, pixel, results[pixel - begin], options.t1_max_ms);
  });
  return map;
}

}  // namespace cmrt1
