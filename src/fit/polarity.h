#pragma once
/// The sign that a magnitude image has lost.

#include <cstdint>
#include <span>

namespace cmrt1::fit {

/// Sign patterns to try. Bit i stands for sample i (ascending inversion time). The first pattern is
/// `negative`; each next one turns the undecided sample of longest inversion time that is still
/// negative positive.
struct SignCandidates {
  std::uint64_t negative = 0;
  std::uint64_t undecided = 0;  ///< subset of `negative`

  bool operator==(const SignCandidates&) const = default;
};

/// From the phase (radians) relative to that of the shortest inversion time: within pi/2 of it by a
/// margin of 30 % negative, beyond by that margin positive, else undecided. A negative sample with a
/// TI above 2680 ms counts as positive, and so do all where none is clearly positive.
SignCandidates signs_from_phase(std::span<const double> ti_ms, std::span<const float> phase);

/// Without phase: the sign may change before any sample up to 2680 ms, or not at all.
SignCandidates all_sign_changes(std::span<const double> ti_ms);

}  // namespace cmrt1::fit
