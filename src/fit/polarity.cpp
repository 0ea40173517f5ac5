#include "fit/polarity.h"

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

SignCandidates all_sign_changes(std::size_t samples) {
  const std::uint64_t all = samples < 64 ? bit(samples) - 1 : ~std::uint64_t{0};
  return {all, all};
}

}  // namespace cmrt1::fit
