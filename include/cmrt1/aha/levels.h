#pragma once
/// Which slices of a stack are basal, mid and apical.

#include <optional>
#include <vector>

#include "cmrt1/aha/segments.h"

namespace cmrt1 {

enum class LevelSource {
  position,  ///< told by the place along the stack
  given,     ///< by whoever called
  assumed,   ///< one or two slices, taken for mid
};
const char* to_string(LevelSource source);

struct SliceLevel {
  Level level = Level::mid;
  LevelSource source = LevelSource::assumed;
};

/// How many slices lie at the places `along_mm`; places that differ by less than `same_mm` are one (phases).
std::size_t slice_count(std::span<const double> along_mm, double same_mm = 1.0);

/// `along_mm` are the places, from base to apex, of slices; places that differ by less than `same_mm` are one
/// slice (phases). Three slices are basal, mid and apical; more fall into thirds of the length from the first
/// to the last; one or two are taken for mid, since nothing tells which they are. `given` overrules.
std::vector<SliceLevel> levels_along(std::span<const double> along_mm, std::optional<Level> given = {},
                                     double same_mm = 1.0);

}  // namespace cmrt1
