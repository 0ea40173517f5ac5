#include "fit/polarity.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cmrt1::fit {
namespace {

constexpr double kQuarterTurn = std::numbers::pi / 2;
constexpr double kMargin = 0.3 * kQuarterTurn;
constexpr double kLongestNegativeTiMs = 2680;

constexpr std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << i; }

}  // namespace

SignCandidates signs_from_phase(std::span<const double> ti_ms, std::span<const float> phase) {
  SignCandidates signs;
  bool any_positive = false;
  for (std::size_t i = 0; i < phase.size(); ++i) {
    const double turn = std::abs(std::remainder(double{phase[i]} - phase[0], 2 * std::numbers::pi));
    if (turn >= kQuarterTurn + kMargin) {
      any_positive = true;
    } else if (turn > kQuarterTurn - kMargin) {
      signs.negative |= bit(i);
      signs.undecided |= bit(i);
    } else if (ti_ms[i] <= kLongestNegativeTiMs) {
      signs.negative |= bit(i);
    }
  }
  return any_positive ? signs : SignCandidates{};
}

SignCandidates signs_from_magnitude(std::span<const float> magnitude) {
  const auto smallest = std::min_element(magnitude.begin(), magnitude.end()) - magnitude.begin();
  const std::size_t last = std::min<std::size_t>(smallest + 1, magnitude.size() - 1);
  SignCandidates signs;
  for (std::size_t i = 0; i <= last; ++i) signs.negative |= bit(i);
  for (std::size_t i = smallest; i <= last; ++i) signs.undecided |= bit(i);
  return signs;
}

}  // namespace cmrt1::fit
