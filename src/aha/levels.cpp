#include "cmrt1/aha/levels.h"

#include <algorithm>

namespace cmrt1 {
namespace {

/// Where each slice begins, from the base.
std::vector<double> slices_of(std::span<const double> along_mm, double same_mm) {
  std::vector<double> sorted(along_mm.begin(), along_mm.end()), slices;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (i == 0 || sorted[i] - sorted[i - 1] >= same_mm) slices.push_back(sorted[i]);
  return slices;
}

/// Place of the middle of slice `i` between the outer faces of the first and the last slice: 0...1.
double share_of(const std::vector<double>& slices, std::size_t i) {
  const auto count = static_cast<double>(slices.size());
  if (slices.size() == 3) return (static_cast<double>(i) + 0.5) / count;
  const double length = slices.back() - slices.front(), step = length / (count - 1);
  return (slices[i] - slices.front() + step / 2) / (length + step);
}

}  // namespace

const char* to_string(LevelSource source) {
  constexpr const char* names[] = {"position", "given", "assumed"};
  return names[static_cast<int>(source)];
}

std::size_t slice_count(std::span<const double> along_mm, double same_mm) {
  return slices_of(along_mm, same_mm).size();
}

std::vector<SliceLevel> levels_along(std::span<const double> along_mm, std::optional<Level> given,
                                     double same_mm) {
  if (given) return std::vector<SliceLevel>(along_mm.size(), {*given, LevelSource::given});
  std::vector<SliceLevel> levels(along_mm.size());
  if (along_mm.empty()) return levels;
  const std::vector<double> slices = slices_of(along_mm, same_mm);
  if (slices.size() < 3) return levels;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto next = std::upper_bound(slices.begin(), slices.end(), along_mm[i]);
    const double share = share_of(slices, static_cast<std::size_t>(next - slices.begin() - 1));
    levels[i] = {share < 1 / 3.0   ? Level::basal
                 : share < 2 / 3.0 ? Level::mid
                                   : Level::apical,
                 LevelSource::position};
  }
  return levels;
}

}  // namespace cmrt1
