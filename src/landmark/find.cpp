#include "cmrt1/landmark/find.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cmrt1/base/error.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/image/short_axis.h"
#include "landmark/stage.h"

namespace cmrt1 {
namespace {

constexpr int kPatchSize = 128;                              // stage 2's grid
constexpr double kTurns[] = {0, 0.2, -0.2};                  // radians, by which stage 2's views differ
constexpr double kAgreeMm = 4;                               // between points of views that agree
constexpr double kLeastRadiusMm = 10, kMostRadiusMm = 60;    // of the left ventricle with its muscle
constexpr double kLeastOfRadius = 0.6, kMostOfRadius = 1.6;  // the insertion's distance from the centre
constexpr double kMostElongated = 1.6;
constexpr double kCoincideMm = 3;
constexpr std::ptrdiff_t kLeastSure = 2;  // that agree, images that tell where the others have the insertion
constexpr double kConfirmedSure = 0.8;    // of the least confidence, enough where the series agrees ...
constexpr double kConfirmedTurn = 0.5;    // ... within this share of the angle by which an image may differ
constexpr const char* kLowConfidence = "low_confidence";
constexpr const char* kContradictsRv = "orientation_contradicts_rv";

double degrees(double radians) { return radians * 180 / std::numbers::pi; }

/// What several views agree on, and how far they lie apart.
struct Agreed {
  Look look;
  double spread_mm = 0;
};

/// How much a view's point is backed by those of all views: the sum of their chances, less the further away.
double backing(const std::vector<Look>& views, std::size_t landmark, const Look& one,
               const Geometry& geometry) {
  double sum = 0;
  for (const Look& view : views) {
    const double away = distance_mm(view.points[landmark], one.points[landmark], geometry);
    sum += view.chances[landmark] * std::exp(-away * away / (2 * kAgreeMm * kAgreeMm));
  }
  return sum;
}

/// The point that is backed best, averaged with those near it, each weighed by its chance; its chance is the
/// mean backing.
void agree_on(std::size_t landmark, const std::vector<Look>& views, const Geometry& geometry, Look& agreed) {
  const Look& best = *std::max_element(views.begin(), views.end(), [&](const Look& a, const Look& b) {
    return backing(views, landmark, a, geometry) < backing(views, landmark, b, geometry);
  });
  double total = 0, x = 0, y = 0;
  for (const Look& view : views) {
    if (distance_mm(view.points[landmark], best.points[landmark], geometry) > 2 * kAgreeMm) continue;
    const double weight = view.chances[landmark] + 1e-6;
    total += weight, x += weight * view.points[landmark][0], y += weight * view.points[landmark][1];
  }
  agreed.points[landmark] = {x / total, y / total};
  agreed.chances[landmark] = backing(views, landmark, best, geometry) / static_cast<double>(views.size());
}

Agreed agreed(const std::vector<Look>& views, const Geometry& geometry) {
  Agreed result{views.front(), 0};
  for (std::size_t landmark = 0; landmark < kLandmarks; ++landmark) {
    agree_on(landmark, views, geometry, result.look);
    if (landmark == kInferiorInsertion) continue;
    for (const Look& view : views)
      result.spread_mm = std::max(result.spread_mm,
                                  distance_mm(view.points[landmark], result.look.points[landmark], geometry));
  }
  const auto against =
      std::count_if(views.begin(), views.end(), [](const Look& view) { return view.against_expected; });
  result.look.against_expected = 2 * against > static_cast<std::ptrdiff_t>(views.size());
  return result;
}

Agreed second_stage(const Image& image, const Look& first, const HeartLocation& heart,
                    const nn::Network& network, const std::optional<Direction>& entry) {
  const Window patch = standard_patch(first, heart.surroundings, image.geometry, heart.lv_diameter_mm);
  std::vector<Look> views;
  for (const double turn : kTurns) {
    Window view = patch;
    view.orientation = turned(patch.orientation, turn);
    views.push_back(look_at(image, view, kPatchSize, network, entry));
  }
  return agreed(views, image.geometry);
}

double least_chance(const Look& look) {
  return std::min(look.chances[kLvCentre], look.chances[kAnteriorInsertion]);
}

double apart_mm(const Look& a, const Look& b, const Geometry& geometry) {
  return std::max(distance_mm(a.points[kLvCentre], b.points[kLvCentre], geometry),
                  distance_mm(a.points[kAnteriorInsertion], b.points[kAnteriorInsertion], geometry));
}

double entry_angle_deg(const Point& centre, const Point& insertion, const Geometry& geometry) {
  return degrees(std::atan2((insertion[1] - centre[1]) * geometry.spacing_y_mm,
                            (insertion[0] - centre[0]) * geometry.spacing_x_mm));
}

bool outside(const Point& point, const Geometry& geometry) {
  return !(point[0] >= -0.5 && point[1] >= -0.5 && point[0] <= geometry.columns - 0.5 &&
           point[1] <= geometry.rows - 0.5);
}

void add_reasons(SliceLandmarks& slice, double elongation, const Geometry& geometry,
                 const LandmarkOptions& options) {
  const auto flag = [&](bool given, const char* reason) {
    if (given) slice.reasons.emplace_back(reason);
  };
  const double length = distance_mm(slice.lv_centre, slice.rv_anterior, geometry);
  const bool coincide = length < kCoincideMm;
  flag(outside(slice.lv_centre, geometry) || outside(slice.rv_anterior, geometry), "outside_image");
  flag(coincide, "landmarks_coincide");
  flag(!coincide && (slice.outer_radius_mm < kLeastRadiusMm || slice.outer_radius_mm > kMostRadiusMm ||
                     length < kLeastOfRadius * slice.outer_radius_mm ||
                     length > kMostOfRadius * slice.outer_radius_mm),
       "implausible_radius");
  flag(elongation > kMostElongated, "not_short_axis");
  flag(slice.confidence < options.least_confidence, kLowConfidence);
}

SliceLandmarks nothing_in(const std::string& reason) {
  SliceLandmarks nothing;
  nothing.reasons = {reason};
  return nothing;
}

/// `entry_of_series`: the direction in which the series has the insertion, if that is known; else it is
/// expected where the header lets it be.
SliceLandmarks found_in(const Image& image, const HeartLocation& heart, const LandmarkNetworks& networks,
                        const LandmarkOptions& options,
                        const std::optional<Direction>& entry_of_series = {}) {
  const Geometry& geometry = image.geometry;
  const auto entry = entry_of_series ? entry_of_series : usual_entry(geometry);
  const Look first = look_at(image, heart.surroundings, kHeartCells, networks.heart, entry);
  const Agreed last =
      options.stages == 1 ? Agreed{first, 0} : second_stage(image, first, heart, networks.landmarks, entry);
  if (last.look.lv_mm2 == 0) return nothing_in("no_heart_found");
  SliceLandmarks slice;
  slice.found = true;
  slice.lv_centre = last.look.points[kLvCentre];
  slice.rv_anterior = last.look.points[kAnteriorInsertion];
  slice.rv_inferior = last.look.points[kInferiorInsertion];
  slice.inferior_chance = last.look.chances[kInferiorInsertion];
  slice.rv_entry_angle_deg = entry_angle_deg(slice.lv_centre, slice.rv_anterior, geometry);
  slice.outer_radius_mm = std::sqrt(last.look.lv_mm2 / std::numbers::pi);
  slice.inner_radius_mm = std::sqrt(last.look.blood_pool_mm2 / std::numbers::pi);
  slice.spread_mm = last.spread_mm;
  slice.stages_apart_mm = apart_mm(first, last.look, geometry);
  slice.confidence = least_chance(last.look);
  slice.by_series = entry_of_series.has_value();
  if (heart.rv_against_header || (!slice.by_series && (first.against_expected || last.look.against_expected)))
    slice.reasons.emplace_back(kContradictsRv);
  add_reasons(slice, last.look.elongation, geometry, options);
  return slice;
}

double difference_deg(double a, double b) { return std::abs(std::remainder(a - b, 360.0)); }

/// The one of some directions, at least one, that is nearest to all others.
double median_direction_deg(const std::vector<double>& angles) {
  const auto total = [&](double angle) {
    double sum = 0;
    for (const double other : angles) sum += difference_deg(angle, other);
    return sum;
  };
  return *std::min_element(angles.begin(), angles.end(),
                           [&](double a, double b) { return total(a) < total(b); });
}

/// Where the images of a series that are sure of the insertion have it; nothing where less than two thirds
/// agree.
std::optional<double> direction_of_series_deg(const std::vector<SliceLandmarks>& slices,
                                              const LandmarkOptions& options) {
  std::vector<double> sure;
  for (const SliceLandmarks& slice : slices)
    if (slice.found && !slice.flagged()) sure.push_back(slice.rv_entry_angle_deg);
  if (sure.empty()) return std::nullopt;
  const double middle = median_direction_deg(sure);
  const auto agreeing = std::count_if(sure.begin(), sure.end(), [&](double angle) {
    return difference_deg(angle, middle) <= options.most_turned_deg;
  });
  const bool most = 3 * agreeing >= 2 * std::ssize(sure);
  return agreeing >= kLeastSure && most ? std::optional(middle) : std::nullopt;
}

/// True of an image that is nearly sure, of which nothing else is wrong, and that by itself found the
/// insertion where the sure images of the series have it.
bool confirmed_by(double direction_deg, const SliceLandmarks& slice, const LandmarkOptions& options) {
  return slice.reasons == std::vector<std::string>{kLowConfidence} &&
         slice.confidence >= kConfirmedSure * options.least_confidence &&
         difference_deg(slice.rv_entry_angle_deg, direction_deg) <= kConfirmedTurn * options.most_turned_deg;
}

/// Accepts what the direction of the series confirms; looks again, with that direction expected, at an image
/// that is not sure or has another one.
void judge_by_series(const Image& image, double direction_deg, const HeartLocation& heart,
                     const LandmarkNetworks& networks, const LandmarkOptions& options,
                     SliceLandmarks& slice) {
  const double angle = direction_deg * std::numbers::pi / 180;
  const auto is_sure = [&](const SliceLandmarks& one) {
    return one.found && one.confidence >= options.least_confidence &&
           difference_deg(one.rv_entry_angle_deg, direction_deg) <= options.most_turned_deg;
  };
  if (!slice.found || is_sure(slice)) return;
  if (confirmed_by(direction_deg, slice, options)) {
    slice.reasons.clear();
    slice.confirmed_by_series = true;
    return;
  }
  if (options.before_image) options.before_image();
  SliceLandmarks again =
      found_in(image, heart, networks, options, Direction{std::cos(angle), std::sin(angle)});
  if (!is_sure(again) && !(again.found && again.confidence > slice.confidence)) return;
  if (slice.has(kContradictsRv) && !again.has(kContradictsRv)) again.reasons.emplace_back(kContradictsRv);
  slice = std::move(again);
}

void judge_by_series(std::span<const Image* const> images, double direction_deg, const HeartLocation& heart,
                     const LandmarkNetworks& networks, const LandmarkOptions& options,
                     std::vector<SliceLandmarks>& slices) {
  for_each_number(slices.size(), options.threads, [&](std::size_t i) {
    judge_by_series(*images[i], direction_deg, heart, networks, options, slices[i]);
  });
}

/// Flags images whose insertion lies in another direction than the series has it: the sure images where they
/// agree, else most images.
void flag_turned(std::vector<SliceLandmarks>& slices, const std::optional<double>& direction_deg,
                 double most_turned_deg) {
  std::vector<double> angles;
  for (const SliceLandmarks& slice : slices)
    if (slice.found) angles.push_back(slice.rv_entry_angle_deg);
  if (angles.size() < 2) return;
  const double middle = direction_deg ? *direction_deg : median_direction_deg(angles);
  const bool two = !direction_deg && angles.size() == 2;  // neither is the one that is wrong
  for (SliceLandmarks& slice : slices)
    if (slice.found && (difference_deg(slice.rv_entry_angle_deg, middle) > most_turned_deg ||
                        (two && difference_deg(angles[0], angles[1]) > most_turned_deg)))
      slice.reasons.emplace_back("turned_against_series");
}

}  // namespace

void LandmarkOptions::check() const {
  if (stages != 1 && stages != 2) throw UsageError("--stages is 1 or 2");
  if (!(least_confidence >= 0 && least_confidence <= 1)) throw UsageError("--confidence is from 0 to 1");
  if (!(most_turned_deg > 0 && most_turned_deg <= 180)) throw UsageError("--max-turn is an angle, 0 to 180");
}

SeriesLandmarks find_landmarks(std::span<const Image* const> images, const LandmarkNetworks& networks,
                               const LandmarkOptions& options) {
  options.check();
  SeriesLandmarks series;
  series.heart = options.heart
                     ? options.heart
                     : locate_heart(images_to_look_at(images), networks.heart, {.threads = options.threads});
  series.slices.resize(images.size());
  for_each_number(images.size(), options.threads, [&](std::size_t i) {
    if (options.before_image) options.before_image();
    if (const std::string why = obstacle_to_locating(*images[i]); !why.empty())
      series.slices[i] = nothing_in(why);
    else if (!series.heart)
      series.slices[i] = nothing_in("no_heart_found");
    else
      series.slices[i] = found_in(*images[i], *series.heart, networks, options);
  });
  const auto direction = direction_of_series_deg(series.slices, options);
  if (direction) judge_by_series(images, *direction, *series.heart, networks, options, series.slices);
  flag_turned(series.slices, direction, options.most_turned_deg);
  return series;
}

}  // namespace cmrt1
