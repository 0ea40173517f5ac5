#pragma once
/// Which stress map shows the slice of which rest map, told by where they lie in the patient.

#include <span>
#include <string>
#include <vector>

#include "cmrt1/image/short_axis.h"

namespace cmrt1 {

/// One T1 map as pairing sees it.
struct MapPlace {
  Geometry geometry;
  std::string protocol;  ///< of several maps at one place those of equal text go together; may be empty
};

struct PairingOptions {
  double tolerance_mm = 4;  ///< largest distance between the planes of a pair, along the rest map's normal
  double most_tilt_deg = kParallelDeg;  ///< largest angle between the planes
  void check() const;                   ///< throws UsageError
};

struct SlicePair {
  std::size_t rest = 0, stress = 0;
  double distance_mm = 0;  ///< of the stress map's middle from the rest map's plane, signed along its normal
};

struct Unpaired {
  bool stress = false;  ///< else a rest map
  std::size_t number = 0;
  std::string reason;  ///< no_map_at_this_slice, several_maps_at_this_slice
};

struct Pairing {
  std::vector<SlicePair> pairs;    ///< in order of the rest maps
  std::vector<Unpaired> unpaired;  ///< rest maps first
};

/// Each map belongs to one pair at most. The nearest go together; where two are as near to within half a
/// millimetre and their protocols do not decide, none of them is paired.
Pairing pair_slices(std::span<const MapPlace> rest, std::span<const MapPlace> stress,
                    const PairingOptions& options = {});

}  // namespace cmrt1
