#include "cmrt1/moco/estimate.h"

#include <algorithm>
#include <array>

#include "cmrt1/field/fields.h"

namespace cmrt1 {
namespace {

constexpr std::array<double, 3> kBlocksMm = {8, 4, 2};
constexpr double kFinestMm = kBlocksMm.back();

/// From no motion.
Effort from_nothing(const MocoOptions& options) {
  return {.rounds = options.max_rounds, .iterations = 15, .least_gain = 0, .patience = 2};
}

/// From the network's fields, which mostly are nearly there: more would let them follow noise and takes time.
Effort refinement(const MocoOptions& options) {
  return {.rounds = options.refinement_rounds, .iterations = 8, .least_gain = 0.35, .patience = 1};
}

Fields no_motion(const Level& level) {
  return Fields(level.moving.frames.size(), zero_field(level.grid.rows, level.grid.columns));
}

/// `fields` with what happened to them on the level, which keeps their own detail.
Fields changed(Fields fields, const Fields& before, const Fields& after, const Level& level) {
  Fields change = after;
  for (std::size_t k = 0; k < change.size(); ++k) {
    change[k].x -= before[k].x;
    change[k].y -= before[k].y;
  }
  change = on_series(change, level);
  for (std::size_t k = 0; k < fields.size(); ++k) {
    fields[k].x += change[k].x;
    fields[k].y += change[k].y;
  }
  return fields;
}

}  // namespace

Level finest_level(const ComplexSeries& series, const std::array<double, 2>& heart_centre_px,
                   const MocoOptions& options) {
  return make_level(series, kFinestMm, heart_centre_px, options);
}

MotionEstimate model_motion(const ComplexSeries& series, const std::array<double, 2>& heart_centre_px,
                            const MocoOptions& options) {
  const Geometry& geometry = series.real.geometry;
  MotionEstimate estimate{.fields = Fields(series.ti_ms.size(), zero_field(geometry.rows, geometry.columns))};
  for (const double block_mm : kBlocksMm) {
    const Level level = make_level(series, block_mm, heart_centre_px, options);
    if (level.too_small()) continue;
    const Fields still = no_motion(level);
    const Improved result = improve(level, on_level(estimate.fields, level), still, from_nothing(options));
    estimate.rounds += result.rounds;
    if (result.rounds > 0) estimate.fields = on_series(result.fields, level);
    estimate.unexplained_before = unexplained(level, still);
    estimate.unexplained_after = unexplained(level, result.fields);
  }
  estimate.fields = made_invertible(without_mean(std::move(estimate.fields)));
  return estimate;
}

MotionEstimate network_motion(const SeriesImages& images, const nn::Network& network, const Level& finest,
                              const MocoOptions& options) {
  MotionEstimate estimate{.fields = network_fields(images, network, options.network)};
  estimate.unexplained_before = unexplained(finest, no_motion(finest));
  estimate.unexplained_after = unexplained(finest, on_level(estimate.fields, finest));
  return estimate;
}

MotionEstimate refined_motion(const MotionEstimate& start, const Level& finest, const MocoOptions& options) {
  if (finest.too_small()) return start;
  const Fields on_finest = on_level(start.fields, finest);
  const Improved result = improve(finest, on_finest, on_finest, refinement(options));
  if (result.rounds == 0) return start;
  MotionEstimate estimate{
      .fields = made_invertible(without_mean(changed(start.fields, on_finest, result.fields, finest))),
      .rounds = result.rounds,
      .unexplained_before = start.unexplained_before};
  estimate.unexplained_after = unexplained(finest, on_level(estimate.fields, finest));
  return estimate;
}

Fields one_round_on(const Fields& fields, const Level& level) {
  if (level.too_small()) return fields;
  const Fields before = on_level(fields, level);
  return changed(fields, before, registered_once(level, before, before), level);
}

}  // namespace cmrt1
