#pragma once
/// Where the downhill simplex starts.

#include <span>

namespace cmrt1::fit {

struct StartPoint {
  double a = 0;
  double b = 0;
  double t_star_ms = 0;
};

/// The scanner's start for a ShMOLLI series of seven signed samples: a straight line through
/// ln(A - S) = ln B - TI/T1* with A guessed from the largest end, or fixed values where that fails.
StartPoint starting_point(std::span<const double> ti_ms, std::span<const double> signal);

}  // namespace cmrt1::fit
