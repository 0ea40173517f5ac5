#pragma once
/// What all pixels of a series share: the nested sample sets and their tables over T1*.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cmrt1/fit/t1_map.h"
#include "fit/kernel.h"

namespace cmrt1::fit {

/// The nested sample sets of ShMOLLI: five, six, seven.
inline const std::array<std::vector<int>, 3> kShmolliSets = {
    {{0, 3, 4, 5, 6}, {0, 1, 3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6}}};

constexpr int kMaxImages = 64;  ///< signs are kept as bits

/// A set of samples (indices into the inversion times, ascending) that is fitted together.
struct SampleSet {
  std::vector<int> samples;
  std::vector<double> ti_ms;
  std::vector<double> t_star_ms;
  std::vector<double> weights;
  std::vector<double> edge_weights;
  bool limited = false;
  std::uint64_t members = 0;  ///< the samples as bits
  SampleTable table() const;
};

struct FitPlan {
  FitOptions options;
  std::vector<double> ti_ms;
  std::vector<SampleSet> sets;  ///< ShMOLLI: five, six, seven; MOLLI: all images
  Kernels kernels{};
  double rr_ms = 0;  ///< heart-beat interval (ShMOLLI): mean spacing of samples 0, 3, 4, 5, 6
};

/// Throws CaseError (`shmolli_needs_7_images`, `too_few_images`, `too_many_images`,
/// `inversion_times_invalid`).
FitPlan make_plan(std::span<const double> ti_ms, const FitOptions& options);

}  // namespace cmrt1::fit
