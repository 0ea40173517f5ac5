#pragma once
/// One pair of maps: locate -> register -> dT1 -> segments -> what a person must look at.

#include "batch/dt1map_maps.h"

namespace cmrt1 {

/// Name of a pair among those of its study: the rest map's series, and its number where there are several in
/// it.
std::string pair_key(const FoundMap& rest);

/// A record that says which maps belong together, and nothing more.
Dt1Record described_pair(const FoundMap& rest, const FoundMap& stress, const SlicePair& pair,
                         const Dt1mapOptions& options);

/// What is known of a pair beside its maps.
struct PairContext {
  SliceLevel level;
  bool named = false;  ///< somebody named the two for one another, wherever they lie
  bool masks_given = false, landmarks_given = false;
};

/// Throws CaseError (not_t1_in_ms, map_undefined, mixed_patients) and NetworkError.
Dt1Record dt1_pair(const FoundMap& rest, const FoundMap& stress, const SlicePair& pair,
                   const PairContext& context, const Dt1mapOptions& options, const Dt1Networks& networks);

}  // namespace cmrt1
