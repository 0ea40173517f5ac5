#include "batch/dt1map_pair.h"

#include <cmath>

#include "batch/ahalandmarks_segments.h"
#include "cmrt1/batch/dt1map_inputs.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/image/regions.h"
#include "cmrt1/nn/runtime.h"

namespace cmrt1 {
namespace {

constexpr double kUnknownDiameterMm = 60;  // of an LV that nothing was found of
constexpr double kLeastMuscleMm = 5;       // radius of a muscle that tells where the heart is
constexpr double kLeastDice = 0.7;         // of the muscle after registration
constexpr double kMostUndefined = 0.2;     // share of the muscle without dT1
constexpr double kTriggersApartMs = 200;   // the heart was imaged in different phases
constexpr double kMostMeanPercent = 30;    // no stress changes the muscle's T1 by so much

/// Centre of a muscle and the radius of the ventricle that it surrounds.
struct MuscleExtent {
  std::array<double, 2> centre_px;
  double radius_mm;
};

/// Nothing of a mask that is too small for a ventricle, or empty.
std::optional<MuscleExtent> extent_of(const Mask& muscle, const Geometry& geometry) {
  std::vector<std::array<double, 2>> points;
  points.reserve(static_cast<std::size_t>(pixel_count(muscle)));
  MuscleExtent extent{{0, 0}, 0};
  for (Eigen::Index row = 0; row < muscle.rows(); ++row)
    for (Eigen::Index column = 0; column < muscle.cols(); ++column)
      if (muscle(row, column)) points.push_back({static_cast<double>(column), static_cast<double>(row)});
  if (points.empty()) return std::nullopt;
  for (const auto& point : points)
    for (std::size_t i = 0; i < 2; ++i) extent.centre_px[i] += point[i] / static_cast<double>(points.size());
  std::vector<float> radii;
  for (const auto& point : points)
    radii.push_back(static_cast<float>(std::hypot((point[0] - extent.centre_px[0]) * geometry.spacing_x_mm,
                                                  (point[1] - extent.centre_px[1]) * geometry.spacing_y_mm)));
  extent.radius_mm = static_cast<double>(quantile(std::move(radii), 0.95));
  return extent.radius_mm < kLeastMuscleMm ? std::nullopt : std::optional(extent);
}

/// The last digits of what a network finds depend on the machine; a window's place should not.
double rounded(double value) { return std::round(16 * value) / 16; }

HeartPlaces rounded(HeartPlaces places) {
  for (auto* point : {&places.rest_px, &places.stress_px})
    for (double& part : *point) part = rounded(part);
  places.lv_diameter_mm = rounded(places.lv_diameter_mm);
  return places;
}

/// Where the heart lies in both maps: the landmarks' centre, else the muscle's, else the image's.
HeartPlaces places_of(const FoundMap& rest, const FoundMap& stress, std::string& source) {
  const Geometry& grid = rest.map.map.geometry;
  const auto muscle = extent_of(rest.myocardium, grid);
  HeartPlaces places;
  places.lv_diameter_mm = muscle ? 2 * muscle->radius_mm : kUnknownDiameterMm;
  if (rest.landmarks && rest.landmarks->found) {
    source = "landmarks";
    places.rest_px = rest.landmarks->lv_centre;
    if (!muscle) places.lv_diameter_mm = 2 * rest.landmarks->outer_radius_mm;
  } else if (muscle) {
    source = "segmentation";
    places.rest_px = muscle->centre_px;
  } else {
    source = "image centre";
    places.rest_px = {0.5 * (grid.columns - 1), 0.5 * (grid.rows - 1)};
  }
  const Geometry& other = stress.map.map.geometry;
  const Vector3 same_place = patient_from_pixel(grid, places.rest_px[0], places.rest_px[1]);
  places.stress_px = pixel_from_patient(other, same_place);
  const auto seen = extent_of(stress.myocardium, other);
  if (!muscle || !seen) return places;
  const std::array<double, 2> expected =
      pixel_from_patient(other, patient_from_pixel(grid, muscle->centre_px[0], muscle->centre_px[1]));
  for (std::size_t i = 0; i < 2; ++i) places.stress_px[i] += seen->centre_px[i] - expected[i];
  return places;
}

double dice(const Mask& a, const Mask& b) {
  const auto in_both = static_cast<double>((a != 0 && b != 0).count());
  const auto in_either = static_cast<double>(pixel_count(a) + pixel_count(b));
  return in_either > 0 ? 2 * in_both / in_either : 0;
}

/// The Dice of the rest map's muscle with the stress map's, seen along `field`.
double dice_along(const FoundMap& rest, const FoundMap& stress, const DisplacementField& field) {
  const Image muscle = {stress.myocardium.cast<float>(), stress.map.map.geometry};
  const Pixels seen = registered(muscle, rest.map.map.geometry, field);
  return dice(rest.myocardium, (seen > 0.5f).cast<std::uint8_t>());
}

void measure_dice(Dt1Record& record, const FoundMap& rest, const FoundMap& stress) {
  if (rest.myocardium.size() == 0 || stress.myocardium.size() == 0) return;
  const Geometry& grid = rest.map.map.geometry;
  record.dice_before = dice_along(rest, stress, zero_field(grid.rows, grid.columns));
  record.dice_after = dice_along(rest, stress, record.registration.field);
}

/// Segments of the rest map with dT1 in them; the muscle, where only circles tell of it. Whoever gives masks
/// wants no circles.
void divide(Dt1Record& record, const FoundMap& rest, const PairContext& context) {
  record.myocardium = rest.myocardium;
  record.myocardium_source = rest.myocardium_source;
  record.landmarks = rest.landmarks;
  const bool wall_known = rest.myocardium.size() > 0 || !context.masks_given;
  if (wall_known && record.landmarks && can_be_divided(*record.landmarks)) {
    record.segments = divided(*record.landmarks, rest.map.map.geometry, context.level, rest.myocardium,
                              record.reactivity.dt1_percent);
    if (record.myocardium.size() == 0) {
      record.myocardium = (record.segments->map.number != 0).cast<std::uint8_t>();
      record.myocardium_source = "circles";
    }
  }
  if (record.myocardium.size() == 0) return;
  record.muscle = statistics_of(record.reactivity.dt1_percent, record.myocardium);
  if (record.reactivity.error_percent.size() > 0)
    record.muscle_error_percent = statistics_of(record.reactivity.error_percent, record.myocardium).mean;
}

bool apart(const Dt1Record& record, const PairingOptions& options) {
  return std::abs(record.distance_mm) > options.tolerance_mm ||
         tilt_deg(record.rest.map.geometry, record.stress.map.geometry) > options.most_tilt_deg;
}

bool different_patients(const FoundMap& rest, const FoundMap& stress) {
  return !rest.patient_id.empty() && !stress.patient_id.empty() && rest.patient_id != stress.patient_id;
}

void add_reasons(Dt1Record& record, const FoundMap& rest, const FoundMap& stress, const PairContext& context,
                 const PairingOptions& pairing) {
  auto& reasons = record.reasons;
  const auto add_if = [&](bool is_so, const char* reason) {
    if (is_so) reasons.emplace_back(reason);
  };
  reasons = record.registration.reasons;
  add_if(record.heart_source == "image centre", "heart_not_found");
  add_if(context.named && apart(record, pairing), "slices_apart");
  add_if(different_patients(rest, stress), "different_patients");
  add_if(same_frame_of_reference(record) == false, "different_frame_of_reference");
  add_if(std::abs(trigger_difference_ms(record)) > kTriggersApartMs, "trigger_times_differ");
  add_if(record.dice_after && *record.dice_after < kLeastDice, "low_dice");
  add_if(tells_of_stress(rest.map.series.description) && !tells_of_stress(stress.map.series.description),
         "sides_contradict_descriptions");
  add_if(context.masks_given && rest.myocardium.size() == 0, "mask_missing");
  add_if(!rest.mask_reasons.empty(), "segmentation_flagged");
  add_if(record.landmarks && record.landmarks->flagged(), "landmarks_flagged");
  add_if(!record.muscle, "myocardium_unknown");
  if (!record.muscle) return;
  const double all = record.muscle->pixels + record.muscle->undefined_pixels;
  add_if(record.muscle->undefined_pixels > kMostUndefined * all, "dt1_undefined_in_myocardium");
  add_if(std::abs(record.muscle->mean) > kMostMeanPercent, "implausible_dt1");
}

/// T1 of living tissue lies between 100 and 4000 ms.
void require_ms(const FoundMap& map, const char* role) {
  const Pixels& ms = map.map.map.pixels;
  const auto values = masked_values(ms, (ms > 0).cast<std::uint8_t>());
  const double middle = static_cast<double>(quantile(values, 0.5));
  if (!(middle >= 100 && middle <= 4000))
    throw CaseError("not_t1_in_ms", map.map.frame().source.name() + ": the " + role +
                                        " map's values are no T1 in ms (their median is " +
                                        std::to_string(middle) + ")");
}

}  // namespace

Dt1Record described_pair(const FoundMap& rest, const FoundMap& stress, const SlicePair& pair,
                         const Dt1mapOptions& options) {
  Dt1Record record;
  record.key = pair_key(rest);
  record.rest = rest.map;
  record.stress = stress.map;
  record.distance_mm = pair.distance_mm;
  record.tolerance_mm = options.pairing.tolerance_mm;
  record.options = options.as_text();
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  return record;
}

Dt1Record dt1_pair(const FoundMap& rest, const FoundMap& stress, const SlicePair& pair,
                   const PairContext& context, const Dt1mapOptions& options, const Dt1Networks& networks) {
  if (!context.named && different_patients(rest, stress))
    throw CaseError("mixed_patients",
                    rest.map.frame().source.name() +
                        ": the stress map at this slice is of another patient (--pairs takes "
                        "them, where the ID alone differs)");
  Dt1Record record = described_pair(rest, stress, pair, options);
  record.options["masks"] = context.masks_given ? "given" : "found";
  record.options["landmarks"] = context.landmarks_given ? "given" : "found";
  require_ms(rest, "rest");
  require_ms(stress, "stress");
  const Stopwatch registering;
  const HeartPlaces heart = rounded(places_of(rest, stress, record.heart_source));
  record.registration =
      register_maps(rest.map.map, stress.map.map, heart, options.registration, networks.registration());
  record.timings_s["register"] = registering.seconds();
  const Stopwatch measuring;
  record.reactivity = stress_reactivity(rest.map.map, stress.map.map, record.registration, options.reactivity,
                                        rest.map.error_ms, stress.map.error_ms);
  measure_dice(record, rest, stress);
  divide(record, rest, context);
  add_reasons(record, rest, stress, context, options.pairing);
  record.networks = networks.identities();
  record.timings_s["measure"] = measuring.seconds();
  return record;
}

std::string pair_key(const FoundMap& rest) {
  if (rest.one->series.frames.size() == 1) return rest.one->series.key;
  std::string number = std::to_string(rest.number);
  number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
  return rest.one->series.key + "_" + number;
}

}  // namespace cmrt1
