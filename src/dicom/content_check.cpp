#include "dicom/content_check.h"

#include <algorithm>
#include <vector>

#include "cmrt1/base/error.h"

namespace cmrt1::dicom {
namespace {

constexpr Eigen::Index kSamples = 20000;  ///< pixels that are looked at, evenly spread

Eigen::Index stride(const Stack& stack) {
  return std::max<Eigen::Index>(1, stack.frames.front().size() / kSamples) | 1;
}

[[noreturn]] void reject(const std::string& why) {
  throw CaseError("not_inversion_recovery", "these are no inversion-recovery magnitude images: " + why);
}

double negative_fraction(const Stack& stack) {
  double negative = 0;
  double pixels = 0;
  for (const Pixels& frame : stack.frames) {
    negative += static_cast<double>((frame < 0).count());
    pixels += static_cast<double>(frame.size());
  }
  return negative / pixels;
}

/// Background noise fills the whole range of a phase image; in a magnitude image it lies at the bottom.
bool spread_like_phase(const Pixels& frame, float low, float high, Eigen::Index step) {
  std::vector<float> values;
  for (Eigen::Index i = 0; i < frame.size(); i += step) values.push_back(frame.data()[i]);
  const auto relative = [&](double q) { return (quantile(values, q) - low) / (high - low); };
  const double middle = relative(0.5);
  return relative(0.05) < 0.2 && relative(0.95) > 0.8 && middle > 0.3 && middle < 0.7 &&
         relative(0.25) < 0.45 && relative(0.75) > 0.55;
}

/// (max - min) / max over time of each sampled pixel with signal.
std::vector<float> relative_changes(const Stack& stack, float high, Eigen::Index step) {
  std::vector<float> changes;
  for (Eigen::Index i = 0; i < stack.frames.front().size(); i += step) {
    float least = high;
    float most = 0;
    for (const Pixels& frame : stack.frames) {
      least = std::min(least, frame.data()[i]);
      most = std::max(most, frame.data()[i]);
    }
    if (most > 0.1f * high && least < high) changes.push_back((most - least) / most);
  }
  return changes;
}

}  // namespace

void require_inversion_recovery(const Stack& magnitude) {
  if (negative_fraction(magnitude) > 0.01) reject("they hold negative values");
  float low = magnitude.frames.front().minCoeff();
  float high = magnitude.frames.front().maxCoeff();
  for (const Pixels& frame : magnitude.frames) {
    low = std::min(low, frame.minCoeff());
    high = std::max(high, frame.maxCoeff());
  }
  if (high <= low) return;
  const Eigen::Index step = stride(magnitude);
  const bool phase = std::all_of(magnitude.frames.begin(), magnitude.frames.end(), [&](const Pixels& frame) {
    return spread_like_phase(frame, low, high, step);
  });
  if (phase) reject("their values are spread like phase");
  const std::vector<float> changes = relative_changes(magnitude, high, step);
  if (!changes.empty() && quantile(changes, 0.5) < 0.1f) reject("they hardly change with the inversion time");
}

}  // namespace cmrt1::dicom
