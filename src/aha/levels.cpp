#include "cmrt1/aha/levels.h"

#include <algorithm>

namespace cmrt1 {

const char* to_string(LevelSource source) {
  constexpr const char* names[] = {"position", "given", "assumed"};
  return names[static_cast<int>(source)];
}

std::vector<SliceLevel> levels_along(std::span<const double> along_mm, std::optional<Level> given,
                                     double same_mm) {
  if (given) return std::vector<SliceLevel>(along_mm.size(), {*given, LevelSource::given});
  std::vector<SliceLevel> levels(along_mm.size());
  if (along_mm.empty()) return levels;
  std::vector<double> sorted(along_mm.begin(), along_mm.end());
  std::sort(sorted.begin(), sorted.end());
  int steps = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) steps += sorted[i] - sorted[i - 1] >= same_mm;
  if (steps == 0) return levels;
  const double length = sorted.back() - sorted.front(), step = length / steps;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double share = (along_mm[i] - sorted.front() + step / 2) / (length + step);
    levels[i] = {share < 1 / 3.0   ? Level::basal
                 : share < 2 / 3.0 ? Level::mid
                                   : Level::apical,
                 LevelSource::position};
  }
  return levels;
}

}  // namespace cmrt1
