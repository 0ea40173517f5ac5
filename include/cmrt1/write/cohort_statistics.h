#pragma once
/// Statistics of a cohort's figures. NaN is left out everywhere.

#include <cstddef>
#include <vector>

#include "cmrt1/write/cohort_measures.h"

namespace cmrt1 {

/// The finite ones, in growing order.
std::vector<double> finite_sorted(std::vector<double> values);

/// Of sorted values, linear between neighbours (R's type 7); NaN where there are none. `share` 0...1.
double quantile(const std::vector<double>& sorted, double share);

/// Median, and 1.4826 times the median distance from it: the standard deviation where values are normal.
struct RobustCentre {
  double median = kUndefined, deviation = kUndefined;
};
RobustCentre robust_centre(const std::vector<double>& sorted);

inline constexpr double kOutlierZ = 3.5;            ///< Iglewicz and Hoaglin, 1993
inline constexpr std::size_t kOutlierSubjects = 8;  ///< with fewer values nobody is an outlier

/// Robust z-score (value - median) / deviation of each value; NaN where undefined, where fewer than
/// kOutlierSubjects values are known or where half of them or more are equal.
std::vector<double> robust_z(const std::vector<double>& values);

/// Beyond kOutlierZ on that side.
bool is_outlier(double z, Tail tail);

/// Bins of equal, round width (1, 2, 2.5 or 5 times a power of ten); at most 40.
struct Bins {
  double low = 0, width = 1;
  std::size_t count = 0;             ///< 0: there are no values
  std::size_t below = 0, above = 0;  ///< values beyond, which the first and the last bin hold too
  double high() const { return low + width * static_cast<double>(count); }
  std::size_t bin_of(double value) const;
};

/// Freedman and Diaconis' width, over the values without those farther than six deviations.
Bins bins_of(const std::vector<double>& values);

/// How many of `values` lie in each bin.
std::vector<std::size_t> counts_in(const Bins& bins, const std::vector<double>& values);

}  // namespace cmrt1
