#pragma once
/// Weights of samples about a place between them.

#include <array>

namespace cmrt1 {

/// Catmull-Rom weights (Keys' cubic convolution, a = -1/2) of the samples at -1, 0, 1 and 2 for the place
/// `t`, 0...1.
template <typename Real>
constexpr std::array<Real, 4> catmull_rom(Real t) {
  constexpr Real half(0.5);
  return {((-half * t + 1) * t - half) * t, (3 * half * t - 5 * half) * t * t + 1,
          ((-3 * half * t + 2) * t + half) * t, (half * t - half) * t * t};
}

}  // namespace cmrt1
