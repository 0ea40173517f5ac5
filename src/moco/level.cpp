#include "cmrt1/moco/level.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/parallel.h"
#include "cmrt1/field/demons.h"
#include "cmrt1/field/fields.h"

namespace cmrt1 {
namespace {

constexpr double kMarginMm = 30;         ///< of full weight about the heart region: hearts lie off centre
constexpr double kFalloffMm = 20;        ///< beyond, over which motion fades
constexpr double kPhaseSmoothingPx = 2;  ///< of the background phase
constexpr int kSmallestGrid = 8;

float intensity_scale(const Stack& images, const Pixels& window) {
  const Mask inside = (window > 0.5f).cast<std::uint8_t>();
  float largest = 0;
  for (const Pixels& frame : images.frames)
    largest = std::fmax(largest, quantile(masked_values(frame.abs(), inside), 0.98));
  return largest > 0 ? 1 / largest : 1;
}

/// The images as the fields bring them together, and what they predict for one another.
struct Prediction {
  Samples acquired;
  Samples predicted;
  double unexplained = 0;
};

Prediction predict(const Level& level, const Fields& fields) {
  const auto weights = level.window.reshaped<Eigen::RowMajor>();
  Prediction made;
  made.acquired.resize(level.window.size(), static_cast<Eigen::Index>(fields.size()));
  for (std::size_t k = 0; k < fields.size(); ++k)
    made.acquired.col(static_cast<Eigen::Index>(k)) =
        warp(level.moving.frames[k], fields[k]).reshaped<Eigen::RowMajor>();
  made.predicted = level.model.predict_from_others(made.acquired, weights, level.threads);
  const Samples centred = made.acquired.colwise() - made.acquired.rowwise().mean();
  const Samples error = made.acquired - made.predicted;
  const double total = (weights * centred.rowwise().squaredNorm().array()).cast<double>().sum();
  const double missed = (weights * error.rowwise().squaredNorm().array()).cast<double>().sum();
  made.unexplained = total > 0 ? missed / total : 0;
  return made;
}

/// The prediction of image k; with falling window the acquired image, which draws nowhere.
Pixels target(const Level& level, const Prediction& prediction, int k) {
  const auto rows = level.window.rows(), columns = level.window.cols();
  const Pixels predicted = prediction.predicted.col(k).reshaped<Eigen::RowMajor>(rows, columns);
  const Pixels acquired = prediction.acquired.col(k).reshaped<Eigen::RowMajor>(rows, columns);
  return acquired + level.window * (predicted - acquired);
}

Fields register_all(const Level& level, const Prediction& prediction, const Fields& start,
                    const Fields& origin, const DemonsOptions& demons) {
  Fields fields(start.size());
  parallel_blocks(static_cast<int>(start.size()), 1, level.threads, [&](int k, int) {
    const auto i = static_cast<std::size_t>(k);
    fields[i] = register_demons(target(level, prediction, k), level.moving.frames[i], start[i], demons);
    fields[i].x = origin[i].x + level.window * (fields[i].x - origin[i].x);
    fields[i].y = origin[i].y + level.window * (fields[i].y - origin[i].y);
  });
  return without_mean(std::move(fields));
}

}  // namespace

bool Level::too_small() const { return std::min(grid.rows, grid.columns) < kSmallestGrid; }

Level make_level(const ComplexSeries& series, double block_mm, const std::array<double, 2>& centre_px,
                 const MocoOptions& options) {
  const Geometry& full = series.real.geometry;
  const double radius = options.heart_radius_mm + kMarginMm;
  const WorkingGrid grid = working_grid(full, centre_px, radius + kFalloffMm, block_mm);
  Stack moving = signed_images(on_working_grid(series, grid, options.threads), kPhaseSmoothingPx);
  const auto centre =
      pixel_from_patient(moving.geometry, patient_from_pixel(full, centre_px[0], centre_px[1]));
  const Pixels window = round_window(moving.geometry, centre, radius, kFalloffMm);
  const float scale = intensity_scale(moving, window);
  for (Pixels& frame : moving.frames) frame = frame.isFinite().select(scale * frame, 0.0f);
  return {grid,
          full,
          std::move(moving),
          window,
          RecoveryModel(series.ti_ms, series.imaginary.has_value()),
          options.threads};
}

Fields on_level(const Fields& fields, const Level& level) {
  Fields result;
  for (const auto& field : fields) result.push_back(on_working_grid(field, level.grid));
  return result;
}

Fields on_series(const Fields& fields, const Level& level) {
  Fields result;
  for (const auto& field : fields) result.push_back(on_full_grid(field, level.grid, level.full));
  return result;
}

double unexplained(const Level& level, const Fields& fields) { return predict(level, fields).unexplained; }

Fields registered_once(const Level& level, const Fields& fields, const Fields& origin) {
  return register_all(level, predict(level, fields), fields, origin, {});
}

Improved improve(const Level& level, const Fields& start, const Fields& origin, const Effort& effort) {
  const DemonsOptions demons{.iterations = effort.iterations};
  Improved best{start};
  Fields fields = start;
  Prediction prediction = predict(level, fields);
  double least = prediction.unexplained;
  int in_vain = 0;
  for (int i = 1; i <= effort.rounds && in_vain < effort.patience; ++i) {
    fields = register_all(level, prediction, fields, origin, demons);
    prediction = predict(level, fields);
    in_vain = prediction.unexplained < (1 - effort.least_gain) * least ? 0 : in_vain + 1;
    if (prediction.unexplained < least) {
      least = prediction.unexplained;
      best = {fields, i};
    }
  }
  return best;
}

}  // namespace cmrt1
