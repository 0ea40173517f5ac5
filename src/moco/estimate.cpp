#include "cmrt1/moco/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cmrt1/base/parallel.h"
#include "cmrt1/moco/complex_signal.h"
#include "cmrt1/moco/demons.h"
#include "cmrt1/moco/fields.h"
#include "cmrt1/moco/recovery.h"
#include "cmrt1/moco/working_grid.h"

namespace cmrt1 {
namespace {

using Fields = std::vector<DisplacementField>;

constexpr std::array<double, 3> kBlocksMm = {8, 4, 2};
constexpr double kMarginMm = 30;         ///< of full weight about the heart region: hearts lie off centre
constexpr double kFalloffMm = 20;        ///< beyond, over which motion fades
constexpr double kPhaseSmoothingPx = 2;  ///< of the background phase
constexpr int kSmallestGrid = 8;
constexpr int kPatience = 2;  ///< rounds without a rise of R^2 before a level ends

/// What the rounds of one level work on.
struct Level {
  WorkingGrid grid;
  Stack moving;   ///< acquired images with their sign, scaled to about 1
  Pixels window;  ///< one about the heart, zero at the border
  RecoveryModel model;
  int threads;
};

float intensity_scale(const Stack& images, const Pixels& window) {
  const Mask inside = (window > 0.5f).cast<std::uint8_t>();
  float largest = 0;
  for (const Pixels& frame : images.frames)
    largest = std::fmax(largest, quantile(masked_values(frame.abs(), inside), 0.98));
  return largest > 0 ? 1 / largest : 1;
}

Level make_level(const SeriesImages& images, double block_mm, const std::array<double, 2>& centre_px,
                 const MocoOptions& options) {
  const Geometry& full = images.magnitude.geometry;
  const double radius = options.heart_radius_mm + kMarginMm;
  const WorkingGrid grid = working_grid(full, centre_px, radius + kFalloffMm, block_mm);
  Stack moving = signed_images(on_working_grid(images, grid), kPhaseSmoothingPx);
  const auto centre =
      pixel_from_patient(moving.geometry, patient_from_pixel(full, centre_px[0], centre_px[1]));
  const Pixels window = round_window(moving.geometry, centre, radius, kFalloffMm);
  const float scale = intensity_scale(moving, window);
  for (Pixels& frame : moving.frames) frame = frame.isFinite().select(scale * frame, 0.0f);
  return {grid, std::move(moving), window, RecoveryModel(images.ti_ms, images.phase.has_value()),
          options.threads};
}

/// The images as the fields bring them together, and what they predict for one another.
struct Round {
  Samples acquired;
  Samples predicted;
  double unexplained = 0;
};

Round predict(const Level& level, const Fields& fields) {
  const auto weights = level.window.reshaped<Eigen::RowMajor>();
  Round round;
  round.acquired.resize(level.window.size(), static_cast<Eigen::Index>(fields.size()));
  for (std::size_t k = 0; k < fields.size(); ++k)
    round.acquired.col(static_cast<Eigen::Index>(k)) =
        warp(level.moving.frames[k], fields[k]).reshaped<Eigen::RowMajor>();
  round.predicted = level.model.predict_from_others(round.acquired, weights, level.threads);
  const Samples centred = round.acquired.colwise() - round.acquired.rowwise().mean();
  const Samples error = round.acquired - round.predicted;
  const double total = (weights * centred.rowwise().squaredNorm().array()).cast<double>().sum();
  const double missed = (weights * error.rowwise().squaredNorm().array()).cast<double>().sum();
  round.unexplained = total > 0 ? missed / total : 0;
  return round;
}

/// The prediction of image k; with falling window the acquired image, which draws nowhere.
Pixels target(const Level& level, const Round& round, int k) {
  const auto rows = level.window.rows(), columns = level.window.cols();
  const Pixels predicted = round.predicted.col(k).reshaped<Eigen::RowMajor>(rows, columns);
  const Pixels acquired = round.acquired.col(k).reshaped<Eigen::RowMajor>(rows, columns);
  return acquired + level.window * (predicted - acquired);
}

Fields register_all(const Level& level, const Round& round, const Fields& start) {
  Fields fields(start.size());
  parallel_blocks(static_cast<int>(start.size()), 1, level.threads, [&](int k, int) {
    const auto i = static_cast<std::size_t>(k);
    fields[i] = register_demons(target(level, round, k), level.moving.frames[i], start[i]);
    fields[i].x *= level.window;
    fields[i].y *= level.window;
  });
  return without_mean(std::move(fields));
}

struct LevelResult {
  Fields fields;
  int rounds = 0;  ///< kept; 0: the fields are those it started from
};

LevelResult improve(const Level& level, const Fields& start, int max_rounds) {
  LevelResult best{start};
  Fields fields = start;
  Round round = predict(level, fields);
  double least = round.unexplained;
  int without_rise = 0;
  for (int i = 1; i <= max_rounds && without_rise < kPatience; ++i) {
    fields = register_all(level, round, fields);
    round = predict(level, fields);
    if (round.unexplained < least) {
      least = round.unexplained;
      best = {fields, i};
      without_rise = 0;
    } else {
      ++without_rise;
    }
  }
  return best;
}

Fields on_level(const Fields& fields, const Level& level) {
  Fields result;
  for (const auto& field : fields) result.push_back(on_working_grid(field, level.grid));
  return result;
}

}  // namespace

MotionEstimate estimate_motion(const SeriesImages& images, const std::array<double, 2>& heart_centre_px,
                               const MocoOptions& options) {
  const Geometry& geometry = images.magnitude.geometry;
  const Fields still(images.ti_ms.size(), zero_field(geometry.rows, geometry.columns));
  MotionEstimate estimate{.fields = still};
  if (images.ti_ms.size() < kFewestImagesForMotion) return estimate;
  for (const double block_mm : kBlocksMm) {
    const Level level = make_level(images, block_mm, heart_centre_px, options);
    if (std::min(level.grid.rows, level.grid.columns) < kSmallestGrid) continue;
    const LevelResult result = improve(level, on_level(estimate.fields, level), options.max_rounds);
    estimate.rounds += result.rounds;
    if (result.rounds > 0)
      for (std::size_t k = 0; k < still.size(); ++k)
        estimate.fields[k] = on_full_grid(result.fields[k], level.grid, geometry);
    estimate.unexplained_before = predict(level, on_level(still, level)).unexplained;
    estimate.unexplained_after = predict(level, result.fields).unexplained;
  }
  estimate.fields = made_invertible(without_mean(std::move(estimate.fields)));
  return estimate;
}

}  // namespace cmrt1
