#include "cmrt1/dt1/pair_slices.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr double kAsNearMm = 0.5;  // two maps whose distances differ by less are as near

Vector3 middle(const Geometry& geometry) {
  return patient_from_pixel(geometry, 0.5 * (geometry.columns - 1), 0.5 * (geometry.rows - 1));
}

/// A rest and a stress map that may show the same slice.
struct Match {
  SlicePair pair;
  bool same_protocol = false;
};

std::vector<Match> matches_among(std::span<const MapPlace> rest, std::span<const MapPlace> stress,
                                 const PairingOptions& options) {
  std::vector<Match> matches;
  for (std::size_t r = 0; r < rest.size(); ++r)
    for (std::size_t s = 0; s < stress.size(); ++s) {
      if (tilt_deg(rest[r].geometry, stress[s].geometry) > options.most_tilt_deg) continue;
      const Vector3 normal = slice_normal(rest[r].geometry);
      const double distance = dot(normal, middle(stress[s].geometry)) - dot(normal, middle(rest[r].geometry));
      if (std::abs(distance) <= options.tolerance_mm)
        matches.push_back({{r, s, distance}, rest[r].protocol == stress[s].protocol});
    }
  return matches;
}

/// True where `other` is a different partner for one map of `one`, and nothing tells which is meant.
bool rivals(const Match& one, const Match& other) {
  const bool share = (one.pair.rest == other.pair.rest) != (one.pair.stress == other.pair.stress);
  return share && one.same_protocol == other.same_protocol &&
         std::abs(std::abs(one.pair.distance_mm) - std::abs(other.pair.distance_mm)) < kAsNearMm;
}

bool better(const Match& a, const Match& b) {
  const double near_a = std::abs(a.pair.distance_mm), near_b = std::abs(b.pair.distance_mm);
  if (std::abs(near_a - near_b) >= kAsNearMm) return near_a < near_b;
  if (a.same_protocol != b.same_protocol) return a.same_protocol;
  return near_a < near_b;
}

/// What is known of the maps of one side while pairs are made.
struct Side {
  std::vector<bool> paired, ambiguous;
  explicit Side(std::size_t count) : paired(count), ambiguous(count) {}
  bool free(std::size_t i) const { return !paired[i] && !ambiguous[i]; }
};

void report_unpaired(const Side& side, bool stress, std::vector<Unpaired>& unpaired) {
  for (std::size_t i = 0; i < side.paired.size(); ++i)
    if (!side.paired[i])
      unpaired.push_back(
          {stress, i, side.ambiguous[i] ? "several_maps_at_this_slice" : "no_map_at_this_slice"});
}

}  // namespace

void PairingOptions::check() const {
  if (!(tolerance_mm >= 0)) throw UsageError("the slice tolerance must be 0 mm or more");
  if (!(most_tilt_deg >= 0 && most_tilt_deg < 90))
    throw UsageError("the largest tilt must be 0 to 90 degrees");
}

Pairing pair_slices(std::span<const MapPlace> rest, std::span<const MapPlace> stress,
                    const PairingOptions& options) {
  options.check();
  std::vector<Match> left = matches_among(rest, stress, options);
  Side of_rest(rest.size()), of_stress(stress.size());
  Pairing pairing;
  while (!left.empty()) {
    const Match best = *std::min_element(left.begin(), left.end(), better);
    const auto [r, s, distance] = best.pair;
    const bool ambiguous =
        std::any_of(left.begin(), left.end(), [&](const Match& other) { return rivals(best, other); });
    if (ambiguous) {
      for (const Match& other : left)
        if (rivals(best, other))
          of_rest.ambiguous[other.pair.rest] = of_stress.ambiguous[other.pair.stress] = true;
      of_rest.ambiguous[r] = of_stress.ambiguous[s] = true;
    } else {
      of_rest.paired[r] = of_stress.paired[s] = true;
      pairing.pairs.push_back(best.pair);
    }
    std::erase_if(left, [&](const Match& match) {
      return !of_rest.free(match.pair.rest) || !of_stress.free(match.pair.stress);
    });
  }
  std::sort(pairing.pairs.begin(), pairing.pairs.end(),
            [](const SlicePair& a, const SlicePair& b) { return a.rest < b.rest; });
  report_unpaired(of_rest, false, pairing.unpaired);
  report_unpaired(of_stress, true, pairing.unpaired);
  return pairing;
}

}  // namespace cmrt1
