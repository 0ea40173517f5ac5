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

/// Throws CaseError (not_t1_in_ms, map_undefined) and NetworkError. `named`: somebody named the two for one
/// another, wherever they lie.
Dt1Record dt1_pair(const FoundMap& rest, const FoundMap& stress, const SlicePair& pair,
                   const SliceLevel& level, bool named, const Dt1mapOptions& options,
                   const Dt1Networks& networks);

}  // namespace cmrt1
