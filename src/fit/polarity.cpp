#include "fit/polarity.h"

#include <cmath>
#include <numbers>

namespace cmrt1::fit {
namespace {

constexpr double kQuarterTurn = std::numbers::pi / 2;
constexpr double kMargin = 0.3 * kQuarterTurn;
constexpr double kLongestNegativeTiMs = 2680;

/// 0...pi; quick for phases of one range of 2 pi.
double angle_between(double a, double b) {
  const double apart = std::abs(a - b);
  if (apart <= std::numbers::pi) return apart;
  if (apart <= 2 * std::numbers::pi) return 2 * std::numbers::pi - apart;
  return std::abs(std::remainder(apart, 2 * std::numbers::pi));
}

constexpr std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << i; }

}  // namespace

SignCandidates signs_from_phase(std::span<const double> ti_ms, std::span<const float> phase) {
  SignCandidates signs;
  bool any_positive = false;
  for (std::size_t i = 0; i < phase.size(); ++i) {
    const double turn = angle_between(phase[i], phase[0]);
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

SignCandidates all_sign_changes(std::span<const double> ti_ms) {
  SignCandidates signs;
  for (std::size_t i = 0; i < ti_ms.size(); ++i)
    if (ti_ms[i] <= kLongestNegativeTiMs) signs.negative |= bit(i);
  signs.undecided = signs.negative;
  return signs;
}

}  // namespace cmrt1::fit
