#pragma once
/// Finds the LV's centre and the RV's insertion points in the images of a series, in two stages: the first
/// looks at the whole field about the heart, the second at a patch in a standard position (the line from the
/// anterior insertion to the LV's centre level, the insertion left, the patch centred between the two).
/// Reference: Gonzales 2024 (thesis, Oxford), chapter 5.

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmrt1/heart/locate.h"

namespace cmrt1 {

inline constexpr const char* kLandmarkNetwork = "landmarks";

using Point = std::array<double, 2>;  ///< x, y in pixels of the slice, 0 at the first pixel's centre

struct LandmarkOptions {
  int stages = 2;                           ///< 1: the first alone
  double least_confidence = 0.5;            ///< below, an image is flagged unless its series confirms it
  double most_turned_deg = 40;              ///< by which an image's insertion may differ from its series'
  std::optional<HeartLocation> heart = {};  ///< where it lies in these images, if that is known already
  int threads = 1;                          ///< for several images; 0: all cores. Changes no result
  std::function<void()> before_image =
      {};              ///< called before each, on any thread; what it throws ends the call
  void check() const;  ///< throws UsageError
};

/// What is run; both outlive the call.
struct LandmarkNetworks {
  const nn::Network& heart;      ///< stage 1
  const nn::Network& landmarks;  ///< stage 2
};

struct SliceLandmarks {
  bool found = false;  ///< false: no heart is seen, and nothing below is defined
  Point lv_centre = {0, 0}, rv_anterior = {0, 0}, rv_inferior = {0, 0};
  double inferior_chance = 0;     ///< that the inferior insertion is where it is given
  double rv_entry_angle_deg = 0;  ///< of the line from the LV's centre to the anterior insertion, from
                                  ///< growing column (0) towards growing row (90), in mm; -180...180
  double outer_radius_mm = 0, inner_radius_mm = 0;  ///< of circles as large as the LV and its blood pool
  double confidence = 0;       ///< the lesser chance of both points, as far as the views agree; 0...1
  double spread_mm = 0;        ///< largest distance of a point between views of stage 2; 0 with one stage
  double stages_apart_mm = 0;  ///< largest distance of a point between the stages; 0 with one stage
  bool confirmed_by_series = false;  ///< a little less sure than asked for, which is not counted, as the
                                     ///< series has the insertion in the same direction
  bool by_series = false;  ///< the insertion was looked for again where the sure images of the series have it
  std::vector<std::string> reasons;  ///< why a person must look at it; empty: accepted
  bool flagged() const { return !reasons.empty(); }
  bool has(const std::string& reason) const {
    return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
  }
};

struct SeriesLandmarks {
  std::optional<HeartLocation> heart;
  std::vector<SliceLandmarks> slices;
};

/// `images` share grid size, spacing and orientation. Where the images that are sure agree on the direction
/// of the anterior insertion, that confirms images a little less sure, and the others are looked at again
/// with that direction expected. Reasons: no_heart_found, constant_image, image_too_small, outside_image,
/// landmarks_coincide, implausible_radius, not_short_axis, low_confidence, orientation_contradicts_rv,
/// turned_against_series. Throws NetworkError, and CaseError as Network does.
SeriesLandmarks find_landmarks(std::span<const Image* const> images, const LandmarkNetworks& networks,
                               const LandmarkOptions& options = {});

}  // namespace cmrt1
