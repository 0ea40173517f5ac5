#include "cmrt1/dt1/register_maps.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "cmrt1/base/error.h"
#include "cmrt1/dt1/alignment.h"
#include "cmrt1/dt1/reactivity.h"
#include "cmrt1/field/demons.h"
#include "cmrt1/field/resample.h"
#include "dt1/cells.h"

namespace cmrt1 {
namespace {

constexpr double kRegionRadii = 1.2;   // of the LV, in which alignment is judged
constexpr double kSameStartMm = 2;     // LV centres nearer than this need no start of their own
constexpr double kLeastGain = 0.002;   // of the alignment, for a field to be delivered
constexpr double kClearlyMovedMm = 2;  // median displacement that a still pair does not have

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

/// Where the stress map's window begins, and what both windows show from there.
struct Start {
  std::array<double, 2> cells = {0, 0};  // from the rest map's window
  Cells ms, scaled;
};

/// What one start gave.
struct Attempt {
  RegistrationTrial trial;
  DisplacementField field;               // in cells, from the start on
  std::array<double, 2> start = {0, 0};  // cells
};

/// From the LV centre of the rest map to that of the stress map, in cells.
std::array<double, 2> centres_apart(const HeartPlaces& heart, const Geometry& rest, const Geometry& stress) {
  const auto on_rest =
      pixel_from_patient(rest, patient_from_pixel(stress, heart.stress_px[0], heart.stress_px[1]));
  return {(on_rest[0] - heart.rest_px[0]) * rest.spacing_x_mm / kCellMm,
          (on_rest[1] - heart.rest_px[1]) * rest.spacing_y_mm / kCellMm};
}

/// The starts from which the heart is seen in both maps: as the maps lie, and with the LV centres laid on one
/// another where these tell of another place. Throws CaseError (map_undefined) where there is none.
std::vector<Start> starts_of(const Image& rest, const Image& stress, const HeartPlaces& heart,
                             const Window& window, const Mask& region) {
  const Image on_rest = {
      registered(stress, rest.geometry, zero_field(rest.geometry.rows, rest.geometry.columns)),
      rest.geometry};
  const auto has_values = [&](const Pixels& ms) {
    return 2 * (region != 0 && ms > 0).count() >= (region != 0).count();
  };
  const std::array<double, 2> apart = centres_apart(heart, rest.geometry, stress.geometry);
  std::vector<std::array<double, 2>> places = {{0, 0}};
  if (std::hypot(apart[0], apart[1]) * kCellMm > kSameStartMm) places.push_back(apart);
  std::vector<Start> starts;
  for (const auto& place : places) {
    Cells ms = cells_in(rest, on_rest, window, place);
    if (!has_values(ms.rest))
      throw CaseError("map_undefined", "the rest map has no value in most of the heart");
    if (!has_values(ms.stress)) continue;
    Cells in_units = scaled(ms);
    starts.push_back({place, std::move(ms), std::move(in_units)});
  }
  if (starts.empty()) throw CaseError("map_undefined", "the stress map has no value in most of the heart");
  return starts;
}

DisplacementField field_of(RegistrationMethod method, const Start& start, const Mask& region,
                           const nn::Network* network) {
  if (method == RegistrationMethod::none) return zero_field(kCells, kCells);
  if (method == RegistrationMethod::model)
    return demons(kFromNothing, start.scaled, zero_field(kCells, kCells), region);
  const DisplacementField field = network_field(start.ms, *network);
  return method == RegistrationMethod::network ? field : demons(kRefinement, start.scaled, field, region);
}

Attempt attempt(RegistrationMethod method, const Start& start, const Mask& region,
                const nn::Network* network) {
  Attempt made{{method, start.cells != std::array<double, 2>{0, 0}},
               field_of(method, start, region, network),
               start.cells};
  made.trial.alignment = normalised_mutual_information(
      start.scaled.rest, warp(start.scaled.stress, made.field, Interpolation::linear), region);
  made.trial.smallest_jacobian =
      static_cast<double>((region != 0).select(jacobian_determinant(made.field), 1.0f).minCoeff());
  return made;
}

/// The maps as they lie; unrelated where the stress map shows no heart there.
Attempt untouched(const std::vector<Start>& starts, const Mask& region) {
  const Start& first = starts.front();
  if (first.cells == std::array<double, 2>{0, 0})
    return attempt(RegistrationMethod::none, first, region, nullptr);
  Attempt made{{}, zero_field(kCells, kCells), {0, 0}};
  made.trial.alignment = 1;
  return made;
}

const Attempt* best_of(const std::vector<Attempt>& attempts) {
  const Attempt* best = nullptr;
  for (const Attempt& one : attempts)
    if (!best || std::pair(one.trial.usable, one.trial.alignment) >
                     std::pair(best->trial.usable, best->trial.alignment))
      best = &one;
  return best;
}

/// Median and largest displacement over the heart.
std::pair<double, double> lengths_mm(const Attempt& one, const Mask& region) {
  const Pixels x = one.field.x + static_cast<float>(one.start[0]),
               y = one.field.y + static_cast<float>(one.start[1]);
  const auto lengths = masked_values(static_cast<float>(kCellMm) * (x.square() + y.square()).sqrt(), region);
  return {quantile(lengths, 0.5), quantile(lengths, 1)};
}

std::string decision_on(const Attempt* best) {
  if (!best) return "no registration was asked for";
  if (best->trial.usable) return "the field aligns the hearts better";
  return best->trial.smallest_jacobian > 0 ? "no field aligns the hearts better than none"
                                           : "the field folds";
}

/// What is told of the attempt that is kept.
void describe(Registration& found, const Attempt& kept, const Mask& region, const Geometry& grid) {
  found.method_used = kept.trial.method;
  found.alignment_after = kept.trial.alignment;
  found.smallest_jacobian = kept.trial.smallest_jacobian;
  found.deformation = area_change(kept.field, region);
  found.field = on_grid(kept.field, kept.start, found.window, grid);
  std::tie(found.median_displacement_mm, found.largest_displacement_mm) = lengths_mm(kept, region);
}

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
  Registration found;
  found.method = options.method;
  found.window = window_about(heart.rest_px);
  const Mask region = disc_about_middle(kRegionRadii * heart.lv_diameter_mm / 2);
  const std::vector<Start> starts = starts_of(rest, stress, heart, found.window, region);
  const Attempt still = untouched(starts, region);
  found.alignment_before = still.trial.alignment;
  std::vector<Attempt> attempts;
  if (options.method != RegistrationMethod::none)
    for (const Start& start : starts) {
      Attempt one = attempt(options.method, start, region, network);
      one.trial.usable =
          one.trial.smallest_jacobian > 0 && one.trial.alignment > still.trial.alignment + kLeastGain;
      found.trials.push_back(one.trial);
      attempts.push_back(std::move(one));
    }
  const Attempt* best = best_of(attempts);
  const bool use = best && best->trial.usable;
  describe(found, use ? *best : still, region, rest.geometry);
  found.decision = decision_on(best);
  if (best && !use && lengths_mm(*best, region).first > kClearlyMovedMm)
    found.reasons.emplace_back("registration_not_delivered");
  if (found.alignment_after < options.least_alignment) found.reasons.emplace_back("poor_alignment");
  if (found.deformation > options.most_deformation) found.reasons.emplace_back("implausible_deformation");
  if (needs_network(options.method)) found.network = network->identity();
  return found;
}

}  // namespace cmrt1
