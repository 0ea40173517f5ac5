#include "cmrt1/dt1/register_maps.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "cmrt1/base/error.h"
#include "cmrt1/dt1/alignment.h"
#include "cmrt1/dt1/reactivity.h"
#include "cmrt1/field/demons.h"
#include "cmrt1/field/fields.h"
#include "cmrt1/field/resample.h"

namespace cmrt1 {
namespace {

constexpr int kCells = 192;        // of the window, in each direction
constexpr double kWindowMm = 192;  // its side
constexpr double kCellMm = kWindowMm / kCells;
constexpr double kRegionRadii = 1.2;   // of the LV, in which alignment is judged
constexpr double kSameStartMm = 2;     // LV centres nearer than this need no start of their own
constexpr double kLeastGain = 0.002;   // of the alignment, for a field to be delivered
constexpr double kClearlyMovedMm = 2;  // median displacement that a still pair does not have

/// Both maps in the window, in units of twice their median T1 and at most 1.5; 0 where there is no value.
struct Cells {
  Pixels rest, stress;
};

Image without_nan(const Image& image) {
  return {image.pixels.isFinite().select(image.pixels, 0.0f), image.geometry};
}

Window window_about(const std::array<double, 2>& centre_px) {
  return {centre_px[0], centre_px[1], kWindowMm, Orientation{}};
}

/// Beyond the image there is no value, which is 0 here whatever the lowest T1 is.
Pixels cut_map(const Image& ms, const Window& window) {
  Pixels cells = cut(ms, window, kCells);
  for (int v = 0; v < kCells; ++v)
    for (int u = 0; u < kCells; ++u) {
      const auto at = slice_from_window(window, ms.geometry, kCells, u, v);
      const bool inside = at[0] >= -0.5 && at[1] >= -0.5 && at[0] <= ms.geometry.columns - 0.5 &&
                          at[1] <= ms.geometry.rows - 0.5;
      if (!inside) cells(v, u) = 0;
    }
  return cells;
}

/// Twice the median over both maps' middles, as in training (models/training, scaled_maps).
float scale_of(const Cells& ms) {
  std::vector<float> values;
  for (const Pixels* map : {&ms.rest, &ms.stress}) {
    const auto middle = map->block(kCells / 4, kCells / 4, kCells / 2, kCells / 2);
    for (const float value : middle.reshaped())
      if (value > 0) values.push_back(value);
  }
  return 2 * std::max(1.0f, values.empty() ? 1.0f : quantile(std::move(values), 0.5));
}

Cells scaled(const Cells& ms) {
  const float scale = scale_of(ms);
  return {(ms.rest / scale).min(1.5f), (ms.stress / scale).min(1.5f)};
}

Mask disc_about_middle(double radius_mm) {
  Mask disc(kCells, kCells);
  for (int y = 0; y < kCells; ++y)
    for (int x = 0; x < kCells; ++x)
      disc(y, x) = std::hypot(x - 0.5 * (kCells - 1), y - 0.5 * (kCells - 1)) * kCellMm <= radius_mm;
  return disc;
}

DisplacementField network_field(const Cells& ms, const nn::Network& network) {
  constexpr auto size = static_cast<std::size_t>(kCells) * kCells;
  nn::Tensor input{{1, 2, kCells, kCells}, {}};
  for (const Pixels* map : {&ms.rest, &ms.stress})
    input.values.insert(input.values.end(), map->data(), map->data() + map->size());
  const nn::Tensor output = network(input);
  if (output.shape != std::vector<std::int64_t>{1, 2, kCells, kCells})
    throw NetworkError("the network " + network.name() +
                       " does not give two displacements a pixel: take the file that came with this version");
  return {Eigen::Map<const Pixels>(output.values.data(), kCells, kCells),
          Eigen::Map<const Pixels>(output.values.data() + size, kCells, kCells)};
}

/// Demons with cells averaged over blocks of `factor`.
struct DemonsLevel {
  int factor, iterations;
};

/// Coarse ones reach far and are cheap; the last few steps at full resolution add little and cost most.
constexpr std::array<DemonsLevel, 4> kFromNothing = {{{8, 100}, {4, 100}, {2, 50}, {1, 15}}};
constexpr std::array<DemonsLevel, 1> kRefinement = {{{1, 25}}};

DisplacementField demons_at(const DemonsLevel& level, const Cells& cells, const DisplacementField& start,
                            const Mask& region) {
  const Pixels matched = with_matched_values(cells.stress, warp(cells.stress, start), cells.rest, region);
  const int size = kCells / level.factor;
  DemonsOptions options;
  options.iterations = level.iterations;
  const DisplacementField found =
      register_demons(area_means(cells.rest, size, size), area_means(matched, size, size),
                      resampled(start, size, size), options);
  return resampled(found, kCells, kCells);
}

DisplacementField demons(std::span<const DemonsLevel> levels, const Cells& cells, DisplacementField field,
                         const Mask& region) {
  for (const DemonsLevel& level : levels) field = demons_at(level, cells, field, region);
  return field;
}

/// What one start gave.
struct Attempt {
  RegistrationTrial trial;
  DisplacementField field;               // in cells, from the window's start on
  std::array<double, 2> start = {0, 0};  // cells
};

class Registrar {
 public:
  Registrar(const Image& rest, const Image& stress, const HeartPlaces& heart,
            const RegistrationOptions& options, const nn::Network* network)
      : rest_(without_nan(rest)),
        stress_(without_nan(
            {registered(stress, rest.geometry, zero_field(rest.geometry.rows, rest.geometry.columns)),
             rest.geometry})),
        options_(options),
        network_(network),
        window_(window_about(heart.rest_px)),
        region_(disc_about_middle(kRegionRadii * heart.lv_diameter_mm / 2)) {
    const auto on_rest = pixel_from_patient(
        rest.geometry, patient_from_pixel(stress.geometry, heart.stress_px[0], heart.stress_px[1]));
    const std::array<double, 2> apart = {on_rest[0] - heart.rest_px[0], on_rest[1] - heart.rest_px[1]};
    const double x_mm = apart[0] * rest.geometry.spacing_x_mm, y_mm = apart[1] * rest.geometry.spacing_y_mm;
    starts_ = {{0, 0}};
    if (std::hypot(x_mm, y_mm) > kSameStartMm) starts_.push_back({x_mm / kCellMm, y_mm / kCellMm});
  }

  Registration run() {
    require_values(cells_at(starts_.front()));
    const Attempt still = attempt(RegistrationMethod::none, starts_.front());
    Registration found;
    found.method = options_.method;
    found.window = window_;
    found.alignment_before = still.trial.alignment;
    std::vector<Attempt> attempts;
    if (options_.method != RegistrationMethod::none)
      for (const auto& start : starts_)
        if (shows_heart(cells_at(start))) attempts.push_back(attempt(options_.method, start));
    for (Attempt& one : attempts) {
      one.trial.usable =
          one.trial.smallest_jacobian > 0 && one.trial.alignment > still.trial.alignment + kLeastGain;
      found.trials.push_back(one.trial);
    }
    deliver(best_of(attempts), still, found);
    if (network_) found.network = network_->identity();
    return found;
  }

 private:
  Cells cells_at(const std::array<double, 2>& start) const {
    const double x = start[0] * kCellMm / rest_.geometry.spacing_x_mm,
                 y = start[1] * kCellMm / rest_.geometry.spacing_y_mm;
    return {cut_map(rest_, window_), cut_map(stress_, window_about({window_.x + x, window_.y + y}))};
  }

  bool has_values(const Pixels& ms) const {
    return 2 * (region_ != 0 && ms > 0).count() >= (region_ != 0).count();
  }

  bool shows_heart(const Cells& ms) const { return has_values(ms.rest) && has_values(ms.stress); }

  void require_values(const Cells& ms) const {
    for (const auto& [map, name] : {std::pair{&ms.rest, "rest"}, std::pair{&ms.stress, "stress"}})
      if (!has_values(*map))
        throw CaseError("map_undefined",
                        std::string("the ") + name + " map has no value in most of the heart");
  }

  DisplacementField field_of(RegistrationMethod method, const Cells& ms) const {
    if (method == RegistrationMethod::none) return zero_field(kCells, kCells);
    if (method == RegistrationMethod::model)
      return demons(kFromNothing, scaled(ms), zero_field(kCells, kCells), region_);
    const DisplacementField field = network_field(ms, *network_);
    return method == RegistrationMethod::network ? field : demons(kRefinement, scaled(ms), field, region_);
  }

  Attempt attempt(RegistrationMethod method, const std::array<double, 2>& start) const {
    const Cells ms = cells_at(start);
    Attempt made{{method, start != starts_.front()}, field_of(method, ms), start};
    const Cells cells = scaled(ms);
    made.trial.alignment = normalised_mutual_information(
        cells.rest, warp(cells.stress, made.field, Interpolation::linear), region_);
    made.trial.smallest_jacobian =
        static_cast<double>((region_ != 0).select(jacobian_determinant(made.field), 1.0f).minCoeff());
    return made;
  }

  static const Attempt* best_of(const std::vector<Attempt>& attempts) {
    const Attempt* best = nullptr;
    for (const Attempt& one : attempts)
      if (!best || std::pair(one.trial.usable, one.trial.alignment) >
                       std::pair(best->trial.usable, best->trial.alignment))
        best = &one;
    return best;
  }

  void deliver(const Attempt* best, const Attempt& still, Registration& found) const {
    const bool use = best && best->trial.usable;
    const Attempt& kept = use ? *best : still;
    found.method_used = kept.trial.method;
    found.alignment_after = kept.trial.alignment;
    found.smallest_jacobian = kept.trial.smallest_jacobian;
    found.deformation = unevenness(kept.field, region_);
    found.field = on_rest_grid(kept);
    std::tie(found.median_displacement_mm, found.largest_displacement_mm) = lengths_mm(kept);
    if (use)
      found.decision = "the field aligns the hearts better";
    else if (!best)
      found.decision = "no registration was asked for";
    else
      found.decision = best->trial.smallest_jacobian > 0 ? "no field aligns the hearts better than none"
                                                         : "the field folds";
    if (best && !use && lengths_mm(*best).first > kClearlyMovedMm)
      found.reasons.emplace_back("registration_not_delivered");
    if (found.alignment_after < options_.least_alignment) found.reasons.emplace_back("poor_alignment");
    if (found.deformation > options_.most_deformation) found.reasons.emplace_back("implausible_deformation");
  }

  /// Median and largest displacement over the heart.
  std::pair<double, double> lengths_mm(const Attempt& one) const {
    const Pixels x = one.field.x + static_cast<float>(one.start[0]),
                 y = one.field.y + static_cast<float>(one.start[1]);
    const auto lengths =
        masked_values(static_cast<float>(kCellMm) * (x.square() + y.square()).sqrt(), region_);
    return {quantile(lengths, 0.5), quantile(lengths, 1)};
  }

  /// In pixels of the rest map; beyond the window the border's displacement goes on.
  DisplacementField on_rest_grid(const Attempt& one) const {
    const Geometry& grid = rest_.geometry;
    DisplacementField places =
        zero_field(grid.rows, grid.columns);  // from a pixel to its place among the cells
    for (int y = 0; y < grid.rows; ++y)
      for (int x = 0; x < grid.columns; ++x) {
        const auto at = window_from_slice(window_, grid, kCells, x, y);
        places.x(y, x) = static_cast<float>(at[0] - x);
        places.y(y, x) = static_cast<float>(at[1] - y);
      }
    const auto in_px = [&](const Pixels& cells, double start, double spacing_mm) -> Pixels {
      return (warp(cells, places) + static_cast<float>(start)) * static_cast<float>(kCellMm / spacing_mm);
    };
    return {in_px(one.field.x, one.start[0], grid.spacing_x_mm),
            in_px(one.field.y, one.start[1], grid.spacing_y_mm)};
  }

  Image rest_, stress_;  // on the rest map's grid, 0 where there is no value
  const RegistrationOptions& options_;
  const nn::Network* network_;
  Window window_;
  Mask region_;
  std::vector<std::array<double, 2>> starts_;  // cells by which the stress map's window is shifted
};

}  // namespace

const char* to_string(RegistrationMethod method) {
  switch (method) {
    case RegistrationMethod::none:
      return "none";
    case RegistrationMethod::model:
      return "model";
    case RegistrationMethod::network:
      return "network";
    case RegistrationMethod::network_model:
      return "network+model";
  }
  return "";
}

bool needs_network(RegistrationMethod method) {
  return method == RegistrationMethod::network || method == RegistrationMethod::network_model;
}

void RegistrationOptions::check() const {
  if (!(least_alignment >= 1 && least_alignment <= 2)) throw UsageError("the least alignment must be 1 to 2");
  if (!(most_deformation > 0)) throw UsageError("the largest deformation must be above 0");
}

Registration register_maps(const Image& rest, const Image& stress, const HeartPlaces& heart,
                           const RegistrationOptions& options, const nn::Network* network) {
  options.check();
  if (needs_network(options.method) && !network)
    throw NetworkError(std::string("--method ") + to_string(options.method) + " needs the network " +
                       kRegistrationNetwork);
  return Registrar(rest, stress, heart, options, needs_network(options.method) ? network : nullptr).run();
}

}  // namespace cmrt1
